namespace TxAspects.Tenants;

/// <summary>A row of one tenant.</summary>
public sealed class Row
{
    public long Id { get; set; }

    public required string Tenant { get; set; }

    public int Amount { get; set; } = 1;

    /// <summary>The tenant of the transaction that wrote it, as the server knew it.</summary>
    public string? Stamp { get; set; }
}
