namespace TxAspects.Tests;

/// <summary>A clock that stands still until it is advanced; then the timers that are due run, on the caller's thread.</summary>
public sealed class ManualTime : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private long _now = 1;

    /// <summary>How often it was read.</summary>
    public int Reads { get; private set; }

    public int Timers => _timers.Count;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        Reads++;
        return _now;
    }

    public override DateTimeOffset GetUtcNow() => new(_now, TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan time)
    {
        var end = _now + time.Ticks;
        while (_timers.MinBy(timer => timer.Due) is { } next && next.Due <= end)
        {
            _now = next.Due;
            next.Run();
        }

        _now = end;
    }

    private sealed class Timer(ManualTime time, Action run) : ITimer
    {
        private TimeSpan _period;

        public long Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time._timers.Remove(this);
            if (dueTime == Timeout.InfiniteTimeSpan)
                return true;

            (Due, _period) = (time._now + dueTime.Ticks, period);
            time._timers.Add(this);
            return true;
        }

        public void Run()
        {
            Change(_period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : _period, _period);
            run();
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
