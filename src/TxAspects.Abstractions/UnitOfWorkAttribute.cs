using System.Data;

namespace TxAspects;

/// <summary>Runs a method inside a unit of work: commits when it returns, rolls back when it throws.</summary>
/// <remarks>
/// On an interface or a class it counts for every method; the nearest of implementation method, interface method,
/// class and interface wins whole. A nested call joins the unit already open, so only the outermost method commits.
/// The proxy sees calls from outside; on an interface proxy a call through <c>this</c> passes it by.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Method)]
public class UnitOfWorkAttribute : Attribute
{
    /// <summary>What to do when a unit of work is already open, or when none is. Default: join it, or open one.</summary>
    public Propagation Propagation { get; init; } = Propagation.Required;

    /// <summary>The isolation level of the transactions. Default: unspecified, which is the database's own default.</summary>
    public IsolationLevel IsolationLevel { get; init; } = IsolationLevel.Unspecified;

    /// <summary>
    /// Whether the unit only reads: transactions are begun read-only, queries do not track, and saving changes throws
    /// <see cref="ReadOnlyUnitOfWorkException"/>. Default: false.
    /// </summary>
    public bool ReadOnly { get; init; }

    /// <summary>
    /// How long the unit may take until its commit begins, in seconds and retries included; it may be a fraction. Default: 0, no limit.
    /// Commands get the time that is left, rounded up to whole seconds; after it, commands and the commit throw
    /// <see cref="UnitOfWorkTimeoutException"/>. On a call that joins it can only shorten the time.
    /// </summary>
    public double TimeoutSeconds { get; init; }

    /// <summary>
    /// How often the outermost call is repeated, in a fresh unit with fresh sessions, after a serialization failure, a deadlock, or what
    /// the driver calls transient. Default: 0. Nothing is repeated once something was committed. A call that joins is never repeated; a
    /// sequence neither.
    /// </summary>
    public int MaxRetries { get; init; }

    /// <summary>Whether an optimistic concurrency failure is repeated as well. Default: false.</summary>
    public bool RetryOnConcurrencyFailure { get; init; }

    /// <summary>
    /// Whether inner calls may commit, roll back or close before the unit ends. Default: true. When false, they get an
    /// <see cref="EarlyCompletionException"/>; the method that opened the unit still may.
    /// </summary>
    public bool AllowEarlyCompletion { get; init; } = true;

    /// <summary>
    /// How several databases are committed. Default: in order of first use. A call that joins a unit must not ask for more than the unit
    /// was opened with.
    /// </summary>
    public CommitMode CommitMode { get; init; } = CommitMode.InOrder;

    /// <summary>
    /// Exceptions that commit although they are thrown. Default: none. Of this and <see cref="RollbackOn"/> the nearest type in the
    /// exception's hierarchy wins.
    /// </summary>
    public Type[] CommitOn { get; init; } = [];

    /// <summary>
    /// Exceptions that roll back, to make exceptions from <see cref="CommitOn"/>. Default: none, and every exception not in
    /// <see cref="CommitOn"/> rolls back.
    /// </summary>
    public Type[] RollbackOn { get; init; } = [];
}
