using System.Data.Common;
using Microsoft.Extensions.Logging;

namespace TxAspects.Observing;

/// <summary>Tells observers what happens in one unit. There is none where nobody observes.</summary>
internal sealed class Observation
{
    private readonly ITxUnit _unit;
    private readonly UnitObserver[] _observers;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _opened;
    private readonly List<UnitStep> _commands = [];    // those that run; lock on it
    private int _steps;

    public Observation(ITxUnit unit, UnitObserver[] observers, TimeProvider time, ILogger log)
    {
        (_unit, _observers, _time, _log) = (unit, observers, time, log);
        _opened = time.GetTimestamp();
        Tell(unit, static (observer, unit, _) => observer.Opened(unit));
    }

    /// <summary>The time since the opening.</summary>
    public TimeSpan Now => _time.GetElapsedTime(_opened);

    /// <summary>Something begins that is over with <see cref="UnitStep.End"/>.</summary>
    public UnitStep Begin(
        UnitStepKind kind, string name, object? connect = null, string? connectName = null, DbCommand? command = null)
    {
        var step = Make(kind, name, connect, connectName, command);
        Tell(step, static (observer, step, unit) => observer.Began(unit, step));
        return step;
    }

    /// <summary>Something has happened that takes no time.</summary>
    public void Note(UnitStepKind kind, string name, object? connect = null, string? connectName = null)
    {
        var step = Make(kind, name, connect, connectName, command: null);
        step.IsMoment();
        Tell(step, static (observer, step, unit) => observer.Began(unit, step));
    }

    /// <summary>A command is about to be sent.</summary>
    public void BeginCommand(DbCommand command, string source, object connect, string connectName)
    {
        var step = Begin(UnitStepKind.Command, source, connect, connectName, command);
        lock (_commands)
            _commands.Add(step);
    }

    /// <summary>A command has answered with rows, which are read from now on.</summary>
    public void Answered(DbCommand command)
    {
        lock (_commands)
            _commands.Find(step => step.Command == command)?.HasAnswered();
    }

    /// <summary>A command is over, and its rows are read or given up.</summary>
    public void EndCommand(DbCommand command, Exception? failure = null)
    {
        UnitStep? ended;
        lock (_commands)
        {
            ended = _commands.Find(step => step.Command == command);
            if (ended is not null)
                _commands.Remove(ended);
        }

        ended?.End(failure);
    }

    public void Ended(UnitStep step) => Tell(step, static (observer, step, unit) => observer.Ended(unit, step));

    public void Ended(UnitOfWorkOutcome outcome) => Tell(outcome, static (observer, outcome, unit) => observer.Ended(unit, outcome));

    private UnitStep Make(UnitStepKind kind, string name, object? connect, string? connectName, DbCommand? command)
        => new(this, Interlocked.Increment(ref _steps) - 1, kind, name, Now)
        {
            Connect = connect,
            ConnectName = connectName,
            Command = command,
        };

    private void Tell<T>(T what, Action<UnitObserver, T, ITxUnit> tell)
    {
        foreach (var observer in _observers)
        {
            try
            {
                tell(observer, what, _unit);
            }
            catch (Exception exception)
            {
                _log.ObserverFailed(_unit.Name, exception);
            }
        }
    }
}
