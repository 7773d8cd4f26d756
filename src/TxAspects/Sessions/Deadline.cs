using System.Data.Common;

namespace TxAspects.Sessions;

/// <summary>The moment by which a unit must begin its commit. Retries share it.</summary>
internal sealed class Deadline(TimeProvider time, TimeSpan timeout, string name) : IDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);
    private static readonly TimeSpan TimerResolution = TimeSpan.FromMilliseconds(20);

    private readonly long _start = time.GetTimestamp();
    private readonly Lock _gate = new();    // protects the fields below
    private CancellationTokenSource? _source;
    private CancellationTokenSource? _withCaller;
    private bool _isDisposed;

    public TimeSpan Remaining => timeout - time.GetElapsedTime(_start);

    // Timers, a driver's command timeout among them, fire a little early by this clock; what they stopped was stopped by the deadline.
    public bool HasPassed => Remaining <= EarliestTimer || _source is { IsCancellationRequested: true };

    private TimeSpan EarliestTimer => timeout < 10 * TimerResolution ? timeout / 10 : TimerResolution;

    /// <summary>
    /// Cancelled when the deadline passes, or with the caller's token, which is the same each time. Whoever asks after the end gets one
    /// that only says how it stands.
    /// </summary>
    public CancellationToken TokenWith(CancellationToken caller)
    {
        lock (_gate)
        {
            if (_isDisposed)
                return new CancellationToken(HasPassed || caller.IsCancellationRequested);

            _source ??= new CancellationTokenSource(TimerTime(Remaining), time);
            if (!caller.CanBeCanceled)
                return _source.Token;

            return (_withCaller ??= CancellationTokenSource.CreateLinkedTokenSource(_source.Token, caller)).Token;
        }
    }

    public void ThrowIfPassed()
    {
        if (HasPassed)
            throw ToException();
    }

    public UnitOfWorkTimeoutException ToException(Exception? cause = null) => new(name, timeout, cause);

    /// <summary>Gives a command the time that is left, in whole seconds as ADO.NET counts, unless it has less of its own.</summary>
    public void Limit(DbCommand command)
    {
        var seconds = (int)Math.Min(int.MaxValue, Math.Max(1, Math.Ceiling(Remaining.TotalSeconds)));
        if (command.CommandTimeout == 0 || command.CommandTimeout > seconds)
            command.CommandTimeout = seconds;
    }

    // A timer takes no more than this; a unit that is still open then has no token any more, but its deadline is asked before each command
    // and the commit.
    private static TimeSpan TimerTime(TimeSpan remaining)
        => remaining <= TimeSpan.Zero ? TimeSpan.Zero : remaining > LongestTimer ? Timeout.InfiniteTimeSpan : remaining;

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _withCaller?.Dispose();
            _source?.Dispose();
        }
    }
}
