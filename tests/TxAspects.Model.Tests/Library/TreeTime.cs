namespace TxAspects.Model.Tests.Library;

/// <summary>A clock that stands still until a step lets time pass; each tree has its own.</summary>
public sealed class TreeTime : TimeProvider
{
    private static readonly AsyncLocal<Clock?> Own = new();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    private static Clock Current => Own.Value ??= new Clock();

    /// <summary>Starts a clock for the tree that runs in this flow and in those that it starts.</summary>
    public static void Start() => Own.Value = new Clock();

    public static void Pass(int seconds) => Current.Pass(TimeSpan.FromSeconds(seconds));

    public override long GetTimestamp() => Current.Now;

    public override DateTimeOffset GetUtcNow() => new(Current.Now, TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new TreeTimer(Current, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Clock
    {
        private readonly List<TreeTimer> _timers = [];    // lock on it

        public long Now { get; private set; } = 1;

        public void Set(TreeTimer timer, bool isOn)
        {
            lock (_timers)
            {
                _timers.Remove(timer);
                if (isOn)
                    _timers.Add(timer);
            }
        }

        public void Pass(TimeSpan time)
        {
            Now += time.Ticks;
            TreeTimer[] due;
            lock (_timers)
                due = [.. _timers.Where(timer => timer.Due <= Now)];
            foreach (var timer in due)
                timer.Run();
        }
    }

    private sealed class TreeTimer(Clock clock, Action run) : ITimer
    {
        public long Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var isOn = dueTime != Timeout.InfiniteTimeSpan;
            Due = isOn ? clock.Now + dueTime.Ticks : long.MaxValue;
            clock.Set(this, isOn);
            return true;
        }

        public void Run()
        {
            clock.Set(this, isOn: false);
            run();
        }

        public void Dispose() => clock.Set(this, isOn: false);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
