namespace TxAspects.Neighbours.Tests.Tenancy;

/// <summary>Its tenant is the database's to know.</summary>
public sealed class Invoice
{
    public int Id { get; init; }

    public required string Text { get; set; }
}
