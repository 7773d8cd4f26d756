using TxAspects.Observing;
using TxAspects.Sessions;

namespace TxAspects.Units;

/// <summary>
/// Looks at the open units from time to time, and warns once of each that stays open, or idle in a transaction, past a limit.
/// </summary>
internal sealed class UnitWatch(TimeProvider time, TimeSpan? openLimit, TimeSpan? idleLimit)
{
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromMinutes(1);

    private readonly Dictionary<UnitOfWork, Watched> _units = [];    // lock on it
    private readonly TimeSpan _period = PeriodFor(openLimit, idleLimit);
    private ITimer? _timer;    // runs while there are units; under the same lock

    public void Add(UnitOfWork unit)
    {
        lock (_units)
        {
            _units.Add(unit, new Watched(time.GetTimestamp()));
            if (_units.Count == 1)
                (_timer ??= CreateTimer()).Change(_period, _period);
        }
    }

    public void Remove(UnitOfWork unit)
    {
        lock (_units)
        {
            if (_units.Remove(unit) && _units.Count == 0)
                _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private void Look()
    {
        KeyValuePair<UnitOfWork, Watched>[] units;
        lock (_units)
            units = [.. _units];

        foreach (var (unit, watched) in units)
        {
            var sessions = Array.ConvertAll(unit.AllSessions(), enlisted => enlisted.Session!);
            LookForIdle(unit, watched, sessions);
            LookForOpen(unit, watched);

            // A unit that was forgotten is not held for ever.
            if (watched.WarnedOfOpen &&
                (watched.WarnedOfIdle || idleLimit is null || !Array.Exists(sessions, session => session.Gate.IsOpen)))
                Remove(unit);
        }
    }

    private void LookForOpen(UnitOfWork unit, Watched watched)
    {
        var open = time.GetElapsedTime(watched.Opened);
        if (watched.WarnedOfOpen || open < (openLimit ?? TimeSpan.MaxValue) || unit.IsEnded)
            return;

        watched.WarnedOfOpen = true;
        unit.Log.OpenTooLong(unit.Name, open);
        Count(unit, "open");
    }

    private void LookForIdle(UnitOfWork unit, Watched watched, Session[] sessions)
    {
        if (idleLimit is null || watched.WarnedOfIdle)
            return;

        foreach (var session in sessions)
        {
            if (watched.IdleSince(session, time.GetTimestamp()) is not { } since || time.GetElapsedTime(since) is var idle &&
                idle < idleLimit || unit.IsEnded)
                continue;

            watched.WarnedOfIdle = true;
            unit.Log.IdleInTransactionTooLong(unit.Name, session.ConnectName, idle);
            Count(unit, "idle_in_transaction");
            return;
        }
    }

    private static void Count(UnitOfWork unit, string type)
        => Telemetry.Leaks.Add(1, new(Telemetry.UnitName, unit.Name), new(Telemetry.LeakType, type));

    // The timer outlives the call that starts it, so it must not keep what is ambient there.
    private ITimer CreateTimer()
    {
        var flows = !ExecutionContext.IsFlowSuppressed();
        if (flows)
            ExecutionContext.SuppressFlow();
        try
        {
            return time.CreateTimer(watch => ((UnitWatch)watch!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            if (flows)
                ExecutionContext.RestoreFlow();
        }
    }

    // A warning is at most a quarter late.
    private static TimeSpan PeriodFor(TimeSpan? open, TimeSpan? idle)
    {
        var shortest = new[] { open, idle }.Min()!.Value / 4;
        return shortest > LongestPeriod ? LongestPeriod : shortest < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : shortest;
    }

    /// <summary>What was seen of one unit.</summary>
    private sealed class Watched(long opened)
    {
        private readonly Dictionary<Session, (int Activity, long Since)> _idle = [];

        public long Opened { get; } = opened;

        public bool WarnedOfOpen { get; set; }

        public bool WarnedOfIdle { get; set; }

        /// <summary>Since when the session has been seen in a transaction without a command, or null.</summary>
        public long? IdleSince(Session session, long now)
        {
            if (!session.Gate.IsOpen || session.Admission.IsBusy)
            {
                _idle.Remove(session);
                return null;
            }

            if (!_idle.TryGetValue(session, out var seen) || seen.Activity != session.Gate.Commands.Activity)
                _idle[session] = seen = (session.Gate.Commands.Activity, now);
            return seen.Since;
        }
    }
}
