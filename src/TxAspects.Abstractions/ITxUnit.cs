using System.Collections.Concurrent;

namespace TxAspects;

/// <summary>What can be known about a unit of work; <c>Tx.Current</c> is the one open here.</summary>
public interface ITxUnit
{
    /// <summary>A number that no other unit of this process has.</summary>
    long Id { get; }

    /// <summary>The method that opened the unit, such as 'OrderService.PlaceAsync', or the name given in its options.</summary>
    string Name { get; }

    /// <summary>Where the unit is in its life.</summary>
    UnitOfWorkState State { get; }

    /// <summary>The unit that was open where this one was opened, as around a <c>[NewContext]</c> call, or null.</summary>
    ITxUnit? Around { get; }

    /// <summary>The settings in force.</summary>
    UnitOfWorkOptions Options { get; }

    /// <summary>
    /// Cancelled at the unit's deadline, and with the token of whoever opened it: the one that <c>Tx.RunAsync</c> or <c>Tx.Open</c> was
    /// given, and for a request or a call of a hub that of a client that leaves. Give it to what takes long. None where the unit has
    /// neither.
    /// </summary>
    CancellationToken CancellationToken { get; }

    /// <summary>Whether synchronous code opened it, which cannot await hooks.</summary>
    bool IsSynchronous { get; }

    /// <summary>Which attempt this is: 1, and more when a failed one is repeated.</summary>
    int Attempt { get; }

    /// <summary>The <see cref="Id"/> of the attempt that failed before this one; null for the first.</summary>
    long? PreviousAttempt { get; }

    /// <summary>What code keeps with the unit, such as the events that a hook before the commit sends. Made at first use.</summary>
    /// <remarks>
    /// Calls that join share it, and branches may use it at the same time. Each unit has its own, also one inside another, and so has each
    /// attempt of a call that is repeated. It can still be read after the end.
    /// </remarks>
    ConcurrentDictionary<object, object?> Items { get; }

    /// <summary>
    /// Whether a command is running on one of its sessions, or a reader of one is still open. Until then the unit cannot commit.
    /// </summary>
    bool IsBusy { get; }

    /// <summary>The exception that doomed the unit, or null.</summary>
    Exception? DoomCause { get; }

    /// <summary>Why the unit can only roll back, in words, or null while it can commit.</summary>
    string? RollbackReason { get; }

    /// <summary>
    /// Where the logs of connects were after the commits so far, its own and those of units inside it, as
    /// <see cref="UnitOfWorkOptions.ReadAfter"/> of another unit takes it. Null where nothing was committed, or the connects do not ask.
    /// </summary>
    string? Position { get; }

    /// <summary>How the unit ended, why, what it opened, how long it took. Null while it is open.</summary>
    UnitOfWorkOutcome? Outcome { get; }
}
