using System.Data;
using System.Data.Common;

namespace TxAspects.Drivers;

/// <summary>
/// What the library has to know of one kind of database and its ADO.NET provider. <c>PostgresDriver</c> is the one for PostgreSQL.
/// </summary>
/// <remarks>
/// A driver for another database overrides what that database can do. What it leaves out is refused in words or done in a plainer way, as
/// each member says. It keeps no state of a session, so one object may serve any number of connects.
/// </remarks>
public abstract class DbDriver
{
    /// <summary>
    /// The statement that makes the open transaction read-only, before its first command. Default: null, for a database without one; a
    /// read-only unit is then kept from saving by the library alone.
    /// </summary>
    protected internal virtual string? ReadOnlySql => null;

    /// <summary>
    /// What makes a query of a read-only unit a transaction of its own, in the same round trip. Default: null; then its first query begins
    /// the unit's transaction. Needs <see cref="RunsStatementsTogether"/>.
    /// </summary>
    protected internal virtual ReadOnlyTransaction? LoneQuery => null;

    /// <summary>
    /// Whether the text of a command may hold several statements, and one that gives no rows does not disturb the reading of the next.
    /// Then what a transaction has to be told stands in front of its first command, and costs no round trip. Default: false.
    /// </summary>
    protected internal virtual bool RunsStatementsTogether => false;

    /// <summary>
    /// The statement that rolls the open transaction back and begins another one with the same settings. Default: null, for a database
    /// without one; then the first save of a transaction gets a savepoint like all others.
    /// </summary>
    protected internal virtual string? StartOverSql => null;

    /// <summary>
    /// A statement that a failed transaction refuses and that does nothing else, for transactions in which the library did not see all
    /// commands. Default: null, for a database whose transactions do not fail.
    /// </summary>
    protected internal virtual string? CheckSql => null;

    /// <summary>Whether a command may be sent while a reader of the same connection is open. Default: true.</summary>
    protected internal virtual bool AllowsCommandWhileReading => true;

    /// <summary>
    /// Whether the provider closes a connection again where a handler of its <see cref="DbConnection.StateChange"/> refuses the opening
    /// by throwing. Default: false, the library closes it.
    /// </summary>
    protected internal virtual bool ClosesRefusedConnection => false;

    /// <summary>
    /// Whether several transactions can be open in the database at a time. Default: true. Where they cannot, a unit inside another one
    /// that has a transaction there is refused at once, because it would wait for the one that waits for it.
    /// </summary>
    protected internal virtual bool AllowsConcurrentTransactions => true;

    /// <summary>
    /// The savepoints in one transaction beyond which the database gets slower; the library warns then. Default: null, it need not.
    /// </summary>
    protected internal virtual int? ManySavepoints => null;

    /// <summary>How the database takes part in units with <see cref="CommitMode.TwoPhase"/>. Default: null, it cannot.</summary>
    protected internal virtual TwoPhase? TwoPhase => null;

    /// <summary>Why <see cref="TwoPhase"/> is null and what to do, in whole sentences after a colon.</summary>
    protected internal virtual string TwoPhaseObstacle
        => "its database has no such commits. Leave the mode out, or write to this database alone in a unit of its own with [NewContext].";

    /// <summary>Chooses the server for each connection where there are several. Default: null, the engine alone decides.</summary>
    protected internal virtual DbCluster? Cluster => null;

    /// <summary>
    /// How it is told values that hold for one transaction. Default: null, it cannot, and a connect with such values is refused. Needs <see
    /// cref="RunsStatementsTogether"/>.
    /// </summary>
    protected internal virtual DbVariables? Variables => null;

    /// <summary>
    /// How the last save of a unit takes the commit along. Default: null, it does not. Needs <see cref="RunsStatementsTogether"/> and <see
    /// cref="Variables"/>, which counts the rows of a save.
    /// </summary>
    protected internal virtual CommitWithSave? CommitWithSave => null;

    /// <summary>
    /// The statement that limits each later statement of the open transaction to a time, for commands that the library does not see.
    /// Default: null, nobody limits them.
    /// </summary>
    protected internal virtual string? LimitStatementsSql(TimeSpan time) => null;

    /// <summary>
    /// Whether a transaction can begin at an isolation level. Default: true. Where it cannot, a unit that asks for that level is refused.
    /// </summary>
    protected internal virtual bool Supports(IsolationLevel isolationLevel) => true;

    /// <summary>
    /// Whether a failure may be gone when everything is done again. Asked of each exception in a chain. Default: what the provider calls
    /// transient.
    /// </summary>
    protected internal virtual bool IsTransient(Exception failure) => failure is DbException { IsTransient: true };

    /// <summary>Whether a connection could not be opened because the pool has none left. Default: false.</summary>
    protected internal virtual bool IsPoolExhausted(Exception failure) => false;

    /// <summary>
    /// Whether a command that ended so has failed its transaction, which then refuses everything until it is rolled back. Default: false,
    /// a failed command leaves the transaction usable and does not doom its unit.
    /// </summary>
    protected internal virtual bool FailsTransaction(Exception failure) => false;

    /// <summary>
    /// Whether something was refused because another command is running on the connection, or its rows are not read to the end. Default:
    /// false.
    /// </summary>
    protected internal virtual bool IsConnectionBusy(Exception failure) => false;

    /// <summary>
    /// Whether a transaction is over on the server, because somebody ended it past its own methods. Default: false, nobody can tell.
    /// </summary>
    protected internal virtual bool IsOver(DbTransaction transaction) => false;

    /// <summary>
    /// Whether the server has not answered what was sent on the connection last, by whomever. Default: false, because ADO.NET does not
    /// tell.
    /// </summary>
    protected internal virtual bool IsExecuting(DbConnection connection) => false;

    /// <summary>
    /// Tells one physical connection of a pool from the others, while it is open. Default: null; then no connection of the pool is looked
    /// at before it is used.
    /// </summary>
    protected internal virtual long? FindConnectionId(DbConnection connection) => null;

    /// <summary>Whether a command failed because its connection was gone. Asked of each exception in a chain. Default: false.</summary>
    protected internal virtual bool IsConnectionLost(Exception failure) => false;

    /// <summary>Closes the connections that wait in the pool of an engine, because its server answers none. Default: they stay.</summary>
    protected internal virtual void ForgetIdle(DbDataSource engine)
    {
    }

    /// <summary>Whether a statement was refused because an earlier one of its transaction had failed. Default: false.</summary>
    protected internal virtual bool IsTransactionFailed(Exception failure) => false;

    /// <summary>Whether a statement was refused because its transaction is read-only. Default: false.</summary>
    protected internal virtual bool IsReadOnlyViolation(Exception failure) => false;

    /// <summary>
    /// Whether a statement was stopped by a cancellation or a time limit, which may have met the beginning of its transaction. Default:
    /// whether it is an <see cref="OperationCanceledException"/>.
    /// </summary>
    protected internal virtual bool IsCancellation(Exception failure) => failure is OperationCanceledException;

    /// <summary>
    /// Whether a statement gave up waiting for a lock. Default: false. One that was stopped by a cancellation or a time limit may have
    /// waited for one too.
    /// </summary>
    protected internal virtual bool IsLockTimeout(Exception failure) => false;

    /// <summary>
    /// Stops a command that runs in another flow, where its unit ends meanwhile. Called on a thread of its own. Default: the provider's
    /// own way.
    /// </summary>
    protected internal virtual void Cancel(DbCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Cancel();
    }

    /// <summary>
    /// The number of the server's process that serves an open connection, for who shows units. Default: null, nobody can tell.
    /// </summary>
    protected internal virtual int? FindServerProcess(DbConnection connection) => null;

    /// <summary>How many connections the pool of an engine has at most. Default: null, nobody can tell.</summary>
    protected internal virtual int? FindPoolSize(DbDataSource engine) => null;

    /// <summary>
    /// Opens a connection for who only looks, which does not wait for one of the pool's. Default: one of the pool's.
    /// </summary>
    protected internal virtual ValueTask<DbConnection> OpenToLookAsync(DbDataSource engine, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return engine.OpenConnectionAsync(cancellationToken);
    }

    /// <summary>
    /// Which of these processes of the server wait for a lock, and for whom. Default: none, nobody can tell.
    /// </summary>
    /// <param name="connection">An open connection, on which nothing else runs.</param>
    /// <param name="processes">Numbers from <see cref="FindServerProcess"/>.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    protected internal virtual ValueTask<IReadOnlyList<LockWait>> FindLockWaitsAsync(
        DbConnection connection, IReadOnlyCollection<int> processes, CancellationToken cancellationToken)
        => new([]);

    /// <summary>Makes a savepoint. Default: the provider's own way.</summary>
    protected internal virtual async ValueTask SaveAsync(
        DbTransaction transaction, string name, bool async, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (async)
            await transaction.SaveAsync(name, cancellationToken).ConfigureAwait(false);
        else
            transaction.Save(name);
    }

    /// <summary>
    /// Commits the open transaction. Nothing cancels it and nothing limits its time: a commit that is cut off has an unknown outcome. It
    /// returns an answer where the server committed or nobody knows, and throws where the work is certainly not kept. Default: the
    /// provider's own commit, whose failure on a connection that was lost is an unknown outcome, and which is not sent where <see
    /// cref="IsOver"/> tells that there is nothing to commit.
    /// </summary>
    /// <exception cref="InvalidOperationException">The transaction was over before, so that nobody knows what became of its
    /// work.</exception>
    protected internal virtual async ValueTask<CommitAnswer> CommitAsync(CommitRequest request, bool async)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (IsOver(request.Transaction))
            throw new InvalidOperationException("The transaction was over before its commit.");

        var connection = request.Transaction.Connection;
        try
        {
            if (async)
                await request.Transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            else
                request.Transaction.Commit();
            return CommitAnswer.Committed;
        }
        catch (DbException exception) when (connection is null or { State: not ConnectionState.Open })
        {
            return CommitAnswer.Unknown(exception);
        }
    }
}
