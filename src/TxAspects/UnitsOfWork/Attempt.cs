using TxAspects.Connections;

namespace TxAspects.UnitsOfWork;

/// <summary>Which time a call is tried, and the deadline that all of its attempts share.</summary>
internal sealed record Attempt(int Number, Deadline? Deadline)
{
    private static readonly Attempt Unlimited = new(1, null);

    public static Attempt First(TxAspectsOptions process, UnitOfWorkOptions options, CallName name)
        => options.Timeout is null ? Unlimited : new Attempt(1, new Deadline(process.TimeProvider, options.Timeout.Value, name.ToString()));

    public Attempt Next() => this with { Number = Number + 1 };

    /// <summary>Doubles with each attempt, up to 100 times the first; half of it is random, so that those who collided do not meet again.</summary>
    public TimeSpan PauseAfter(TimeSpan first)
    {
        var full = first * Math.Min(100, Math.Pow(2, Number - 1));
        return full * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
