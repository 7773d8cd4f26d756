using System.Data.Common;

namespace TxAspects.Connections;

/// <summary>The moment by which a unit must begin its commit. Retries share it.</summary>
internal sealed class Deadline(TimeProvider time, TimeSpan timeout, string name) : IDisposable
{
    private static readonly TimeSpan TimerResolution = TimeSpan.FromMilliseconds(20);

    private readonly long _start = time.GetTimestamp();
    private readonly Lock _gate = new();    // protects _source
    private CancellationTokenSource? _source;

    /// <summary>Cancelled when the deadline passes.</summary>
    public CancellationToken Token
    {
        get
        {
            lock (_gate)
                return (_source ??= new CancellationTokenSource(Remaining > TimeSpan.Zero ? Remaining : TimeSpan.Zero, time)).Token;
        }
    }

    public TimeSpan Remaining => timeout - time.GetElapsedTime(_start);

    // Timers, a driver's command timeout among them, fire a little early by this clock; what they stopped was stopped by the deadline.
    public bool HasPassed => Remaining <= EarliestTimer || _source is { IsCancellationRequested: true };

    private TimeSpan EarliestTimer => timeout < 10 * TimerResolution ? timeout / 10 : TimerResolution;

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

    public void Dispose()
    {
        lock (_gate)
            _source?.Dispose();
    }
}
