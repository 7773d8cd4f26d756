using TxAspects.Sessions;
using TxAspects.Units;
using TxAspects.Units.Ambient;

namespace TxAspects;

/// <content>Early commit, rollback and close. The unit goes on, and its own end has nothing left to do for that work.</content>
public static partial class Tx
{
    /// <summary>Saves pending changes and commits. The session stays usable: its next command begins a new transaction.</summary>
    /// <exception cref="UnitOfWorkDoomedException">The unit can only roll back.</exception>
    /// <exception cref="EarlyCompletionException">The unit forbids it to inner calls.</exception>
    /// <exception cref="CommitOutcomeUnknownException">The connection was lost during the commit.</exception>
    public static Task CommitAsync(DbConnect connect, CancellationToken cancellationToken = default)
        => EarlyEnds.CommitAsync(Require(connect), "Tx.CommitAsync", connect, async: true, cancellationToken).AsTask();

    /// <inheritdoc cref="CommitAsync"/>
    public static void Commit(DbConnect connect)
        => EarlyEnds.CommitAsync(Require(connect), "Tx.Commit", connect, async: false, default).Completed();

    /// <summary>Rolls back and clears the tracker. The session stays usable: its next command begins a new transaction.</summary>
    /// <remarks>Clears a doom when nothing uncommitted is left in the unit.</remarks>
    /// <exception cref="EarlyCompletionException">The unit forbids it to inner calls.</exception>
    /// <exception cref="SessionInUseException">Another flow is at work on a session, and does not stop when it is cancelled.</exception>
    public static Task RollbackAsync(DbConnect connect, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);

        return EarlyEnds.RollbackAsync(Require(connect), "Tx.RollbackAsync", connect, async: true).AsTask();
    }

    /// <inheritdoc cref="RollbackAsync"/>
    public static void Rollback(DbConnect connect)
        => EarlyEnds.RollbackAsync(Require(connect), "Tx.Rollback", connect, async: false).Completed();

    /// <summary>Rolls back what is uncommitted and gives the connection back. The next call for a session makes a new one.</summary>
    /// <remarks>
    /// Hooks added before learn of a rollback where a transaction is open, also one that only read; otherwise they wait on.
    /// </remarks>
    /// <exception cref="EarlyCompletionException">The unit forbids it to inner calls.</exception>
    /// <exception cref="SessionInUseException">The server is at work for a connection from <see cref="ConnectionAsync"/>: whoever sent the
    /// command would not learn that it was undone.</exception>
    public static Task CloseAsync(DbConnect connect, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);

        return EarlyEnds.CloseAsync(Require(connect), "Tx.CloseAsync", connect, async: true).AsTask();
    }

    /// <inheritdoc cref="CloseAsync"/>
    public static void Close(DbConnect connect)
        => EarlyEnds.CloseAsync(Require(connect), "Tx.Close", connect, async: false).Completed();

    /// <summary>Saves and commits on every session of the unit, in order of first use.</summary>
    /// <inheritdoc cref="CommitAsync"/>
    /// <exception cref="PartialCommitException">One commit failed after another had succeeded.</exception>
    public static Task CommitAllAsync(CancellationToken cancellationToken = default)
        => EarlyEnds.CommitAsync(
            AmbientUnit.Require("Tx.CommitAllAsync"), "Tx.CommitAllAsync", connect: null, async: true, cancellationToken).AsTask();

    /// <inheritdoc cref="CommitAllAsync"/>
    public static void CommitAll()
        => EarlyEnds.CommitAsync(AmbientUnit.Require("Tx.CommitAll"), "Tx.CommitAll", connect: null, async: false, default).Completed();

    /// <summary>
    /// Rolls back every session of the unit. This undoes the half-done work of a failed inner call, and so clears a doom.
    /// </summary>
    /// <inheritdoc cref="RollbackAsync"/>
    public static Task RollbackAllAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);

        return EarlyEnds.RollbackAsync(AmbientUnit.Require("Tx.RollbackAllAsync"), "Tx.RollbackAllAsync", connect: null, async: true)
            .AsTask();
    }

    /// <inheritdoc cref="RollbackAllAsync"/>
    public static void RollbackAll()
        => EarlyEnds.RollbackAsync(AmbientUnit.Require("Tx.RollbackAll"), "Tx.RollbackAll", connect: null, async: false).Completed();

    /// <summary>Rolls back every session of the unit and gives all connections back.</summary>
    /// <inheritdoc cref="CloseAsync"/>
    public static Task CloseAllAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);

        return EarlyEnds.CloseAsync(AmbientUnit.Require("Tx.CloseAllAsync"), "Tx.CloseAllAsync", connect: null, async: true).AsTask();
    }

    /// <inheritdoc cref="CloseAllAsync"/>
    public static void CloseAll()
        => EarlyEnds.CloseAsync(AmbientUnit.Require("Tx.CloseAll"), "Tx.CloseAll", connect: null, async: false).Completed();

    private static UnitOfWork Require(DbConnect connect)
    {
        ArgumentNullException.ThrowIfNull(connect);
        return AmbientUnit.Require(connect);
    }
}
