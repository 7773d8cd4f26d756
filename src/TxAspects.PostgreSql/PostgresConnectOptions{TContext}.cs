using Microsoft.EntityFrameworkCore;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace TxAspects;

/// <summary>What a connect to PostgreSQL can be told beside its connection string.</summary>
/// <typeparam name="TContext">The user's own context type.</typeparam>
public sealed record PostgresConnectOptions<TContext> : ConnectSettings<TContext>
    where TContext : DbContext
{
    /// <summary>More settings for the data source, such as type mappings. Default: none.</summary>
    public Action<NpgsqlDataSourceBuilder>? ConfigureDataSource { get; init; }

    /// <summary>More settings for EF Core's provider. Default: none.</summary>
    public Action<NpgsqlDbContextOptionsBuilder>? ConfigureProvider { get; init; }

    /// <summary>
    /// Finds out what became of a commit whose connection was lost. Default: nobody does, and the outcome is unknown.
    /// </summary>
    public PostgresCommitMarkers? CommitMarkers { get; init; }

    /// <summary>
    /// Whether the save with which a unit ends takes the COMMIT along, in one round trip in place of two. Default: null, where <see
    /// cref="CommitMarkers"/> are set and the save gets no values back from the database, such as generated keys.
    /// </summary>
    /// <remarks>
    /// True gives up a certainty: where the connection is cut off while that save waits for its answer, nobody knows any more that nothing
    /// was kept. The unit then throws <see cref="CommitOutcomeUnknownException"/>, with markers only where they cannot tell, or tell that
    /// all was kept while the values that the save was to get back are lost. The command's time limit holds for the commit as well. And
    /// what subscribes to <c>SavedChanges</c> runs after the commit. docs/fast.md says when two trips are taken all the same.
    /// </remarks>
    public bool? CommitWithSave { get; init; }

    /// <summary>
    /// Lets the database take part in units with <see cref="CommitMode.TwoPhase"/>; a <see cref="PostgresTwoPhaseRecovery"/> must run
    /// somewhere. Default: it cannot.
    /// </summary>
    public PostgresTwoPhase? TwoPhase { get; init; }

    /// <summary>
    /// How many of a pool's connections are kept back for units inside others, such as <c>[NewContext]</c> calls, so that these do not wait
    /// for each other. Default: 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int ReservedConnections
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(ReservedConnections));
            field = value;
        }
    }

    /// <summary>
    /// After how long the server ends a connection that is idle in a transaction. Default: the server's own setting. Not through PgBouncer,
    /// which refuses the start-up option.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than a millisecond.</exception>
    public TimeSpan? IdleInTransactionTimeout
    {
        get;
        init
        {
            if (value is { } time)
                ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.FromMilliseconds(1), nameof(IdleInTransactionTimeout));
            field = value;
        }
    }

    /// <summary>
    /// Whether the connection string leads to a PgBouncer in transaction mode: settings that would be lost on the way are refused, the rest
    /// is set. Default: false. A cluster cannot be reached so.
    /// </summary>
    public bool ThroughPgBouncer { get; init; }

    /// <summary>
    /// For a cluster: how long a read-only unit with <see cref="UnitOfWorkOptions.ReadAfter"/> waits for a standby before it takes the
    /// primary. With it every commit tells its <see cref="ITxUnit.Position"/>. Default: commits tell none, and nothing is waited for.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan? ReadYourWrites
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value.GetValueOrDefault(), TimeSpan.Zero, nameof(ReadYourWrites));
            field = value;
        }
    }
}
