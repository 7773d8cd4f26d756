using System.Data;

namespace TxAspects.Testing;

/// <summary>How a <see cref="TransactionalTest"/> runs.</summary>
public sealed class TransactionalTestOptions
{
    /// <summary>
    /// The isolation level of the transaction around the test. Default: the database's. What units ask for has no effect inside it.
    /// </summary>
    public IsolationLevel IsolationLevel { get; init; } = IsolationLevel.Unspecified;

    /// <summary>How long a branch waits for another one that has the connection, before it gets an error. Default: 5 seconds.</summary>
    public TimeSpan TimeForTurn
    {
        get;
        init => field = value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "TimeForTurn must be positive.");
    } = TimeSpan.FromSeconds(5);

    /// <summary>Whether changes may be lost that nobody saved, as in a session that an exception leaves. Default: false.</summary>
    public bool AllowLostChanges { get; init; }
}
