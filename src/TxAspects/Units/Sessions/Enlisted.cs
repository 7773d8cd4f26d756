using TxAspects.Sessions;

namespace TxAspects.Units.Sessions;

/// <summary>A connect's place in a unit, in the order of first use.</summary>
internal sealed class Enlisted(DbConnect connect)
{
    private SemaphoreSlim? _opening;

    public DbConnect Connect { get; } = connect;

    public Session? Session { get; set; }

    /// <summary>True for a session the user brought: the unit commits it or rolls it back, and its maker disposes it.</summary>
    public bool IsAttached { get; init; }

    /// <summary>Why this session's work cannot be committed, until it is rolled back.</summary>
    public Doom? Doom { get; set; }

    /// <summary>Why its last commit needed a round trip of its own; null where it did not, or nobody asked to spare it.</summary>
    public string? CommitObstacle { get; set; }

    /// <summary>Held while the session is made, where that may take a while. Created under the unit's lock.</summary>
    public SemaphoreSlim Opening => _opening ??= new SemaphoreSlim(1, 1);

    public Doom? FindDoom()
    {
        if (Doom is not null || Session is null)
            return Doom;

        return Session.WasDisposedByUser ? Doom.ByDisposal(Connect.Name) : Doom.Of(Session);
    }
}
