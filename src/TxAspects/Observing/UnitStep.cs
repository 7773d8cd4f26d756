using System.Data.Common;
using TxAspects.Observing;

namespace TxAspects;

/// <summary>Something that happens in a unit: a call, a command, a commit, a hook.</summary>
public sealed class UnitStep
{
    private readonly Observation _observation;
    private int _isOver;    // changed with Interlocked

    internal UnitStep(Observation observation, int number, UnitStepKind kind, string name, TimeSpan began)
        => (_observation, Number, Kind, Name, Began) = (observation, number, kind, name, began);

    /// <summary>Which step of its unit it is, counted from 0 in the order of their beginnings.</summary>
    public int Number { get; }

    /// <summary>What it is.</summary>
    public UnitStepKind Kind { get; }

    /// <summary>
    /// The name of the call, block or hook; of a savepoint what it is for; of a command where it comes from, such as 'LinqQuery'; of a doom
    /// the reason.
    /// </summary>
    public string Name { get; }

    /// <summary>The <see cref="DbConnect"/> whose session it is about; null where it is about none.</summary>
    public object? Connect { get; internal init; }

    /// <summary>The name of that connect; null where it is about none.</summary>
    public string? ConnectName { get; internal init; }

    /// <summary>When it began, counted from the opening of the unit.</summary>
    public TimeSpan Began { get; }

    /// <summary>How long it took. Null while it goes on.</summary>
    public TimeSpan? Duration { get; private set; }

    /// <summary>When a command answered with rows that are read since, counted from its beginning. Null elsewhere.</summary>
    public TimeSpan? Answered { get; private set; }

    /// <summary>The command, as long as it goes on; null elsewhere.</summary>
    public DbCommand? Command { get; internal set; }

    /// <summary>The number of the server's process that serves the connection, where the driver tells it; null elsewhere.</summary>
    public int? ServerProcess { get; private set; }

    /// <summary>What became of it, such as 'kept' or 'undone'; null where there is nothing to tell.</summary>
    public string? Result { get; private set; }

    /// <summary>The exception that ended it; null where there was none.</summary>
    public Exception? Failure { get; private set; }

    internal void HasAnswered() => Answered ??= _observation.Now - Began;

    internal void Served(int? process) => ServerProcess = process;

    /// <summary>It took no time.</summary>
    internal void IsMoment() => (_isOver, Duration) = (1, TimeSpan.Zero);

    /// <summary>It is over. The first call counts.</summary>
    internal void End(Exception? failure = null, string? result = null)
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
            return;

        (Failure, Result, Duration) = (failure, result, _observation.Now - Began);
        _observation.Ended(this);
        Command = null;
    }
}
