namespace SampleConsole.Import;

/// <summary>What became of an order.</summary>
public enum Verdict
{
    /// <summary>Committed by this run.</summary>
    Imported,

    /// <summary>Committed by an earlier run, and left as it is.</summary>
    AlreadyThere,

    /// <summary>Rolled back: another order has its number.</summary>
    NumberTaken,

    /// <summary>Rolled back: too few of a product are left.</summary>
    OutOfStock,

    /// <summary>Rolled back: the customer would owe more than allowed.</summary>
    CreditLimitExceeded,

    /// <summary>Rolled back: the sale to refund is not in the database.</summary>
    NothingToRefund,

    /// <summary>Rolled back: more than was paid.</summary>
    RefundTooLarge,

    /// <summary>Rolled back: a constraint of the database forbids it.</summary>
    RefusedByDatabase,
}
