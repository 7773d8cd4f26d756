namespace TxAspects.Testing.Tests.Shop;

public sealed class Order
{
    public int Id { get; set; }

    public string Item { get; set; } = "";

    /// <summary>Checked by the database to be positive.</summary>
    public int Quantity { get; set; } = 1;

    /// <summary>Unique, checked at COMMIT only.</summary>
    public int? Slot { get; set; }

    /// <summary>Unique, checked at once unless somebody defers it.</summary>
    public int? Code { get; set; }
}
