using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using TxAspects.Sessions;
using TxAspects.Units.Ambient;

namespace TxAspects;

/// <summary>A connect's database made, migrated and removed; and contexts of EF Core's own kind.</summary>
public static class TxAspectsConnectExtensions
{
    private const string FromEntityFramework = "EF Core makes and migrates databases by code that is made at run time.";

    extension<TContext>(DbConnect<TContext> connect)
        where TContext : DbContext
    {
        /// <summary>
        /// Makes contexts as EF Core's own factory does: each has its own connection, saves commit by themselves, and no unit knows of it.
        /// The caller disposes it.
        /// </summary>
        /// <remarks>For <c>IDesignTimeDbContextFactory</c>, tools, and code that takes an <c>IDbContextFactory</c>.</remarks>
        public IDbContextFactory<TContext> ContextFactory => new ContextFactory<TContext>(connect);

        /// <summary>Applies pending migrations, and creates the database where there is none. Call it outside units.</summary>
        /// <exception cref="SessionException">The unit that is open here has a transaction in that database.</exception>
        [RequiresDynamicCode(FromEntityFramework)]
        public Task MigrateAsync(CancellationToken cancellationToken = default)
            => RunAsync(connect, nameof(MigrateAsync), async db =>
            {
                await db.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
                return true;
            }, cancellationToken);

        /// <inheritdoc cref="extension{TContext}(DbConnect{TContext}).MigrateAsync(CancellationToken)"/>
        [RequiresDynamicCode(FromEntityFramework)]
        public void Migrate()
            => Run(connect, nameof(Migrate), db =>
            {
                db.Database.Migrate();
                return true;
            });

        /// <summary>
        /// Creates the database and its tables without migrations, where there are none. False where there were. Call it outside units.
        /// </summary>
        /// <exception cref="SessionException">The unit that is open here has a transaction in that database.</exception>
        [RequiresDynamicCode(FromEntityFramework)]
        public Task<bool> EnsureCreatedAsync(CancellationToken cancellationToken = default)
            => RunAsync(connect, nameof(EnsureCreatedAsync), db => db.Database.EnsureCreatedAsync(cancellationToken), cancellationToken);

        /// <inheritdoc cref="extension{TContext}(DbConnect{TContext}).EnsureCreatedAsync(CancellationToken)"/>
        [RequiresDynamicCode(FromEntityFramework)]
        public bool EnsureCreated() => Run(connect, nameof(EnsureCreated), db => db.Database.EnsureCreated());

        /// <summary>Drops the database, if it is there. Whoever is connected to it is thrown out. Call it outside units.</summary>
        /// <exception cref="SessionException">The unit that is open here has a transaction in that database.</exception>
        [RequiresDynamicCode(FromEntityFramework)]
        public Task<bool> EnsureDeletedAsync(CancellationToken cancellationToken = default)
            => RunAsync(connect, nameof(EnsureDeletedAsync), db => db.Database.EnsureDeletedAsync(cancellationToken), cancellationToken);

        /// <inheritdoc cref="extension{TContext}(DbConnect{TContext}).EnsureDeletedAsync(CancellationToken)"/>
        [RequiresDynamicCode(FromEntityFramework)]
        public bool EnsureDeleted() => Run(connect, nameof(EnsureDeleted), db => db.Database.EnsureDeleted());
    }

    private static async Task<bool> RunAsync<TContext>(
        DbConnect<TContext> connect, string operation, Func<TContext, Task<bool>> body, CancellationToken cancellationToken)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        ThrowIfInTransaction(connect, operation);
        using var hidden = AmbientUnit.Enter(null);
        var db = await connect.MakeContextAsync(async: true, cancellationToken).ConfigureAwait(false);
        await using var _ = db.ConfigureAwait(false);
        return await body(db).ConfigureAwait(false);
    }

    private static bool Run<TContext>(DbConnect<TContext> connect, string operation, Func<TContext, bool> body)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        ThrowIfInTransaction(connect, operation);
        using var hidden = AmbientUnit.Enter(null);
        using var db = connect.MakeContextAsync(async: false, default).Completed();
        return body(db);
    }

    private static void ThrowIfInTransaction(DbConnect connect, string operation)
    {
        for (var unit = AmbientUnit.Open; unit is not null; unit = unit.Around)
        {
            if (unit.Sessions?.FindSession(connect) is { Gate.IsOpen: true })
                throw SessionException.SetUpInUnit(unit.Name, connect.Name, operation);
        }
    }
}
