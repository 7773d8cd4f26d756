namespace SampleConsole.Ledger;

/// <summary>Who buys, on credit up to a limit.</summary>
public sealed class Customer
{
    public required string Number { get; init; }

    public required string Name { get; init; }

    public required decimal CreditLimit { get; init; }

    /// <summary>What the customer owes.</summary>
    public decimal Balance { get; init; }
}
