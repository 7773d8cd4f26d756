using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TxAspects.Drivers;
using TxAspects.Sessions;

namespace TxAspects;

/// <summary>One logical database: its host, its engine and its session factory. Everything in it is created at first use.</summary>
public abstract class DbConnect : IAsyncDisposable, IDisposable
{
    private protected DbConnect(string name) => Name = name;

    /// <summary>The name in messages, outcomes and positions; no other connect that is used in the same unit may have it.</summary>
    public string Name { get; }

    /// <summary>The host new sessions go to, or null while none is set.</summary>
    public abstract string? Host { get; }

    /// <summary>What the library knows of its database.</summary>
    public abstract DbDriver Driver { get; }

    /// <summary>True when sessions can only be made asynchronously, because something may have to be awaited first.</summary>
    internal abstract bool MayAwaitBeforeSession { get; }

    /// <summary>
    /// Creates the engine for a host now. Sessions already open finish on the old one, which is disposed when the last of them closes.
    /// </summary>
    /// <exception cref="ArgumentException">The host is null or empty.</exception>
    /// <exception cref="ObjectDisposedException">The connect is disposed.</exception>
    public abstract ValueTask ConnectAsync(string host, CancellationToken cancellationToken = default);

    /// <summary>The same, unless the host is the one in force already; then nothing happens.</summary>
    /// <remarks>When <c>CreateEngine</c> throws, the old host and its engine stay in force and the call may be repeated.</remarks>
    /// <exception cref="ArgumentException">The host is null or empty.</exception>
    /// <exception cref="ObjectDisposedException">The connect is disposed.</exception>
    public abstract ValueTask ChangeHostAsync(string host, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends new sessions elsewhere until the result is disposed. The latest redirection that applies wins; sessions already open stay
    /// where they are.
    /// </summary>
    /// <remarks>For test set-ups, such as those of <c>TxAspects.Testing</c>.</remarks>
    /// <exception cref="ObjectDisposedException">The connect is disposed.</exception>
    public abstract IDisposable Redirect(SessionRedirection redirection);

    /// <summary>
    /// Disposes the engine when its last session closes. Asking for a session afterwards throws <see cref="ObjectDisposedException"/>.
    /// </summary>
    public abstract ValueTask DisposeAsync();

    /// <inheritdoc cref="DisposeAsync"/>
    public abstract void Dispose();

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>
    /// A connection that belongs to no unit and no session, for maintenance; in a cluster to the primary. The caller disposes it.
    /// </summary>
    /// <exception cref="HostNotSetException">No host is set.</exception>
    /// <exception cref="ObjectDisposedException">The connect is disposed.</exception>
    public abstract ValueTask<DbConnection> OpenConnectionAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks the database for an answer, over a connection of its own. Where the driver has no statement for that, it is enough that a
    /// connection opens.
    /// </summary>
    /// <exception cref="HostNotSetException">No host is set.</exception>
    /// <exception cref="ObjectDisposedException">The connect is disposed.</exception>
    /// <exception cref="DbException">The database does not answer.</exception>
    public async ValueTask PingAsync(CancellationToken cancellationToken = default)
    {
        var connection = await OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var opened = connection.ConfigureAwait(false);
        if (Driver.CheckSql is not { } sql)
            return;

        var command = connection.CreateCommand();
        await using var made = command.ConfigureAwait(false);
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How many connections its pool has at most; null where there is no engine yet, or the driver cannot tell.</summary>
    public abstract int? PoolSize { get; }

    /// <summary>
    /// Which of these processes of the server wait for a lock, and for whom. It asks over a connection that does not come from the pool
    /// where the driver can open one; so it also shows the database to be there when no process is given.
    /// </summary>
    /// <param name="processes">Numbers as <see cref="UnitStep.ServerProcess"/> has them.</param>
    /// <param name="cancellationToken">Stops the question; nothing else limits it.</param>
    /// <exception cref="HostNotSetException">No host is set.</exception>
    /// <exception cref="ObjectDisposedException">The connect is disposed.</exception>
    /// <exception cref="DbException">The database does not answer.</exception>
    public async Task<IReadOnlyList<LockWait>> FindLockWaitsAsync(
        IReadOnlyCollection<int> processes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(processes);
        var connection = await OpenToLookAsync(cancellationToken).ConfigureAwait(false);
        await using var opened = connection.ConfigureAwait(false);
        return await Driver.FindLockWaitsAsync(connection, processes, cancellationToken).ConfigureAwait(false);
    }

    private protected abstract ValueTask<DbConnection> OpenToLookAsync(CancellationToken cancellationToken);

    internal abstract void Attaching(DbContext context);

    /// <summary>Makes a session.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="isOfUnit">Whether a unit gives its context back; else whoever gets it disposes it.</param>
    /// <param name="async">Whether to wait asynchronously.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    internal abstract ValueTask<Session> OpenSessionAsync(
        ISessionOwner owner, bool isOfUnit, bool async, CancellationToken cancellationToken);
}
