using System.Data.Common;

namespace TxAspects.Connections;

/// <summary>The moment by which a unit must begin its commit. Retries share it.</summary>
internal sealed class Deadline(TimeProvider time, TimeSpan timeout, string name)
{
    private readonly long _start = time.GetTimestamp();

    public TimeSpan Remaining => timeout - time.GetElapsedTime(_start);

    public bool HasPassed => Remaining <= TimeSpan.Zero;

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

    public CancellationTokenSource ToTokenSource()
        => new(Remaining > TimeSpan.Zero ? Remaining : TimeSpan.Zero, time);
}
