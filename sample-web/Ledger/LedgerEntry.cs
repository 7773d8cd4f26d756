namespace SampleWeb.Ledger;

/// <summary>One side of a booking. The entries of an order add up to zero.</summary>
public sealed class LedgerEntry
{
    public required Guid OrderId { get; init; }

    public required string Account { get; init; }

    /// <summary>Positive for a debit, negative for a credit.</summary>
    public required decimal Amount { get; init; }
}
