using TxAspects.Sessions;

namespace TxAspects.Units;

/// <summary>Which time a call is tried, and the deadline that all of its attempts share.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Deadline">Null where there is no limit.</param>
/// <param name="IsOnly">Nobody can repeat it.</param>
/// <param name="Caller">The token of whoever asked for the call.</param>
/// <param name="Pause">How long to wait before it.</param>
/// <param name="Previous">The id of the unit of the attempt before; null for the first.</param>
internal sealed record Attempt(
    int Number, Deadline? Deadline, bool IsOnly, CancellationToken Caller = default, TimeSpan Pause = default, long? Previous = null)
{
    private static readonly Attempt Unlimited = new(1, null, false);
    private static readonly Attempt OnlyUnlimited = new(1, null, true);

    /// <summary>The first one: an object of its own only where something limits it.</summary>
    public static Attempt First(
        TxAspectsOptions processOptions, UnitOfWorkOptions options, CallName name, CancellationToken caller, bool isOnly = false)
        => options.Timeout is { } timeout
            ? new Attempt(1, new Deadline(processOptions.TimeProvider, timeout, name.ToString()), isOnly, caller)
            : caller.CanBeCanceled ? new Attempt(1, null, isOnly, caller)
            : isOnly ? OnlyUnlimited : Unlimited;

    /// <summary>The next one, or null where the pause before it would outlast the deadline.</summary>
    /// <param name="firstPause">The pause after the first attempt.</param>
    /// <param name="unitId">The id of the unit of this one.</param>
    public Attempt? Next(TimeSpan firstPause, long unitId)
    {
        var pause = PauseAfter(firstPause);
        return Deadline?.Remaining <= pause ? null : this with { Number = Number + 1, Pause = pause, Previous = unitId };
    }

    /// <summary>
    /// Doubles with each attempt, up to 100 times the first; half of it is random, so that those who collided do not meet again.
    /// </summary>
    private TimeSpan PauseAfter(TimeSpan first)
    {
        var full = first * Math.Min(100, Math.Pow(2, Number - 1));
        return full * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
