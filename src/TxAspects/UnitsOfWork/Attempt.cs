using TxAspects.Connections;

namespace TxAspects.UnitsOfWork;

/// <summary>Which time a call is tried, and the deadline that all of its attempts share.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Deadline">Null where there is no limit.</param>
/// <param name="IsOnly">Nobody can repeat it.</param>
internal sealed record Attempt(int Number, Deadline? Deadline, bool IsOnly)
{
    private static readonly Attempt Unlimited = new(1, null, false);
    private static readonly Attempt OnlyUnlimited = new(1, null, true);

    public static Attempt First(TxAspectsOptions process, UnitOfWorkOptions options, CallName name, bool isOnly = false)
        => options.Timeout is null
            ? isOnly ? OnlyUnlimited : Unlimited
            : new Attempt(1, new Deadline(process.TimeProvider, options.Timeout.Value, name.ToString()), isOnly);

    public Attempt Next() => this with { Number = Number + 1 };

    /// <summary>Doubles with each attempt, up to 100 times the first; half of it is random, so that those who collided do not meet again.</summary>
    public TimeSpan PauseAfter(TimeSpan first)
    {
        var full = first * Math.Min(100, Math.Pow(2, Number - 1));
        return full * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
