namespace TxAspects.Tests;

/// <summary>A row to count.</summary>
public sealed class Order
{
    public int Id { get; set; }

    public string Item { get; set; } = "";

    /// <summary>Checked by the database to be positive.</summary>
    public int Quantity { get; set; } = 1;

    /// <summary>Unique, checked at once.</summary>
    public string? Code { get; set; }

    /// <summary>Unique, checked at COMMIT only.</summary>
    public int? Slot { get; set; }

    /// <summary>Raised by hand, and checked by EF Core at an update.</summary>
    public int Version { get; set; }
}
