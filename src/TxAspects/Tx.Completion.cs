using TxAspects.Connections;
using TxAspects.UnitsOfWork;

namespace TxAspects;

/// <content>Early commit, rollback and close. The unit goes on, and its own end has nothing left to do for that work.</content>
public static partial class Tx
{
    /// <summary>Saves pending changes and commits. The session stays usable: its next command begins a new transaction.</summary>
    /// <exception cref="UnitOfWorkDoomedException">The unit can only roll back.</exception>
    /// <exception cref="EarlyCompletionException">The unit forbids it to inner calls.</exception>
    /// <exception cref="CommitOutcomeUnknownException">The connection was lost during the commit.</exception>
    public static Task CommitAsync(DbConnect connect, CancellationToken cancellationToken = default)
        => Completing(connect, "Tx.CommitAsync").CommitEarlyAsync(connect, async: true, cancellationToken).AsTask();

    /// <inheritdoc cref="CommitAsync"/>
    public static void Commit(DbConnect connect)
        => Completing(connect, "Tx.Commit").CommitEarlyAsync(connect, async: false, default).Completed();

    /// <summary>Rolls back and clears the tracker. The session stays usable: its next command begins a new transaction.</summary>
    /// <remarks>Clears a doom when nothing uncommitted is left in the unit.</remarks>
    /// <exception cref="EarlyCompletionException">The unit forbids it to inner calls.</exception>
    public static Task RollbackAsync(DbConnect connect, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);

        return Completing(connect, "Tx.RollbackAsync").RollbackEarlyAsync(connect, async: true).AsTask();
    }

    /// <inheritdoc cref="RollbackAsync"/>
    public static void Rollback(DbConnect connect)
        => Completing(connect, "Tx.Rollback").RollbackEarlyAsync(connect, async: false).Completed();

    /// <summary>Rolls back what is uncommitted and gives the connection back. The next call for a session makes a new one.</summary>
    /// <remarks>Hooks added before learn of a rollback where a transaction is open, also one that only read; otherwise they wait on.</remarks>
    /// <exception cref="EarlyCompletionException">The unit forbids it to inner calls.</exception>
    public static Task CloseAsync(DbConnect connect, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);

        return Completing(connect, "Tx.CloseAsync").CloseEarlyAsync(connect, async: true).AsTask();
    }

    /// <inheritdoc cref="CloseAsync"/>
    public static void Close(DbConnect connect)
        => Completing(connect, "Tx.Close").CloseEarlyAsync(connect, async: false).Completed();

    /// <summary>Saves and commits on every session of the unit, in order of first use.</summary>
    /// <inheritdoc cref="CommitAsync"/>
    /// <exception cref="PartialCommitException">One commit failed after another had succeeded.</exception>
    public static Task CommitAllAsync(CancellationToken cancellationToken = default)
        => Completing("Tx.CommitAllAsync").CommitEarlyAsync(connect: null, async: true, cancellationToken).AsTask();

    /// <inheritdoc cref="CommitAllAsync"/>
    public static void CommitAll()
        => Completing("Tx.CommitAll").CommitEarlyAsync(connect: null, async: false, default).Completed();

    /// <summary>Rolls back every session of the unit. This undoes the half-done work of a failed inner call, and so clears a doom.</summary>
    /// <inheritdoc cref="RollbackAsync"/>
    public static Task RollbackAllAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);

        return Completing("Tx.RollbackAllAsync").RollbackEarlyAsync(connect: null, async: true).AsTask();
    }

    /// <inheritdoc cref="RollbackAllAsync"/>
    public static void RollbackAll()
        => Completing("Tx.RollbackAll").RollbackEarlyAsync(connect: null, async: false).Completed();

    /// <summary>Rolls back every session of the unit and gives all connections back.</summary>
    /// <inheritdoc cref="CloseAsync"/>
    public static Task CloseAllAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);

        return Completing("Tx.CloseAllAsync").CloseEarlyAsync(connect: null, async: true).AsTask();
    }

    /// <inheritdoc cref="CloseAllAsync"/>
    public static void CloseAll()
        => Completing("Tx.CloseAll").CloseEarlyAsync(connect: null, async: false).Completed();

    private static UnitOfWork Completing(DbConnect connect, string operation)
    {
        ArgumentNullException.ThrowIfNull(connect);
        var unit = AmbientUnit.Require(connect);
        unit.EnsureMayComplete(operation);
        return unit;
    }

    private static UnitOfWork Completing(string operation)
    {
        var unit = AmbientUnit.Require(operation);
        unit.EnsureMayComplete(operation);
        return unit;
    }
}
