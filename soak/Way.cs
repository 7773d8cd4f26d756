using System.Data;

namespace TxAspects.Soak;

/// <summary>How a call is made, what it declares, and how its body ends.</summary>
public sealed record Way(Entry Entry, Propagation Propagation)
{
    /// <summary>The attributed method, where there are several for the propagation.</summary>
    public Declared Declared { get; init; }

    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether it commits on <see cref="ToleratedException"/>, and on <see cref="SevereException"/> not.</summary>
    public bool Tolerates { get; init; }

    /// <summary>Whether it returns a value that means failure.</summary>
    public bool Fails { get; init; }

    /// <summary>Whether a scope is told of an exception, rather than only disposed.</summary>
    public bool Tells { get; init; }

    /// <summary>Whether a scope is left without having been completed.</summary>
    public bool Leaves { get; init; }

    /// <summary>The element at which a sequence is left; it has two.</summary>
    public int LeaveAt { get; init; }

    public int MaxRetries { get; init; }

    public bool ReturnsFailure => Fails && (Entry is Entry.Run or Entry.Scope || Declared is Declared.Answering);

    public bool LeavesScope => Leaves && !Fails && Entry is Entry.Scope;

    public IsolationLevel IsolationLevel { get; init; } = IsolationLevel.Unspecified;

    public UnitOfWorkOptions Options => new UnitOfWorkOptions
    {
        Name = "Soak",
        Propagation = Propagation,
        TimeoutSeconds = Timeout?.TotalSeconds ?? 0,
        MaxRetries = MaxRetries,
        IsolationLevel = IsolationLevel,
        CommitOn = Tolerates ? [typeof(ToleratedException)] : [],
        RollbackOn = Tolerates ? [typeof(SevereException)] : [],
    }.RollbackWhen<int>(value => value < 0);

    /// <summary>Whether an exception that leaves the body commits.</summary>
    public bool CommitsOn(Exception exception)
        => Tolerates && (Entry is not Entry.Scope || Tells) && exception is ToleratedException and not SevereException;

    public static Way Any(Place place, Propagation propagation)
    {
        var random = place.Random;
        var entry = (Entry)random.Next(4);
        if (entry is Entry.Scope && propagation is Propagation.Nested && place.Unit is not null)
            entry = Entry.Run;    // A scope cannot nest.
        var way = new Way(entry, propagation) { LeaveAt = random.Next(3), Fails = random.Next(8) == 0, Tells = random.Next(2) == 0,
            Leaves = random.Next(12) == 0 };
        if (entry is Entry.InterfaceProxy or Entry.ClassProxy)
            return propagation is Propagation.Required ? way.AsDeclared((Declared)random.Next(place.Unit is null ? 6 : 5)) : way;

        return way with
        {
            Timeout = random.Next(6) == 0 ? TimeSpan.FromMilliseconds(20 + (random.NextDouble() * 130)) : null,
            Tolerates = random.Next(3) == 0,
            MaxRetries = entry is Entry.Run ? random.Next(3) : 0,
            IsolationLevel = place.Unit is null && random.Next(3) == 0 ? IsolationLevel.Serializable : IsolationLevel.Unspecified,
        };
    }

    private Way AsDeclared(Declared declared) => this with
    {
        Declared = declared,
        Timeout = declared is Declared.Limited ? TimeSpan.FromSeconds(1) : null,
        Tolerates = declared is Declared.Tolerant,
    };
}
