using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Testing.Transactional;

/// <summary>One connection with one transaction, and the application's transactions as savepoints inside it.</summary>
/// <remarks>
/// All savepoints have one name: the latest part lies inside those before it, and ends first. A setting of the transaction counts the
/// commits, on the server: whatever undoes a commit, be it a savepoint of which nobody told us, takes the count back with it.
/// </remarks>
internal sealed class SharedConnection(NpgsqlConnection connection, string connectName, TimeSpan timeForTurn)
{
    /// <summary>Undoes what the latest part did, and goes on in it.</summary>
    public const string StartOver = "ROLLBACK TO SAVEPOINT txaspects_part";

    private const string Begin = "SAVEPOINT txaspects_part";
    private const string Release = "RELEASE SAVEPOINT txaspects_part";
    // The limit of a unit is not that of the next one, nor of COMMIT.
    private const string ResetLimit = "SET LOCAL statement_timeout TO DEFAULT";
    private const string ReadCommits = "SELECT current_setting('txaspects.commits', true)";

    /// <summary>Puts the constraints back to what they are at the beginning of a transaction; all are immediate before.</summary>
    private const string ResetConstraints =
        """
        DO $$
        DECLARE names text;
        BEGIN
            SELECT string_agg(name, ', ') INTO names FROM (
                SELECT format('%I.%I', n.nspname, c.conname) AS name FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
                GROUP BY n.nspname, c.conname HAVING bool_and(c.condeferred)) AS deferred;
            IF names IS NOT NULL THEN
                EXECUTE 'SET CONSTRAINTS ' || names || ' DEFERRED';
            END IF;
        END $$
        """;

    private static readonly ConditionalWeakTable<DbContext, SharedConnection> All = [];

    private readonly Lock _gate = new();    // protects the two fields below
    private readonly List<string> _committed = [];
    private TestSetUpException? _broken;
    private NpgsqlTransaction? _transaction;

    /// <summary>Sees a context that is let go with its part open.</summary>
    public Action<DbContext>? LettingGo { get; set; }

    public string ConnectName => connectName;

    public Turns Turns { get; } = new(connectName, timeForTurn);

    public NpgsqlTransaction Transaction => _transaction!;

    /// <summary>Why nothing that is seen from now on can be trusted, or null.</summary>
    public TestSetUpException? Broken
    {
        get
        {
            lock (_gate)
                return _broken;
        }
    }

    public static SharedConnection? Of(DbContext context) => All.TryGetValue(context, out var shared) ? shared : null;

    public async Task BeginAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken)
    {
        _transaction = await connection.BeginTransactionAsync(isolationLevel, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync("The test", context: null, async: true, Count(0)).ConfigureAwait(false);
    }

    /// <summary>Puts a context on the connection.</summary>
    public void Take(DbContext context)
    {
        context.Database.SetDbConnection(connection, contextOwnsConnection: false);
        All.AddOrUpdate(context, this);
        Turns.AddOther(context);
    }

    public NpgsqlCommand CreateCommand() => new() { Connection = connection };

    /// <summary>
    /// Waits until a command, or what a savepoint takes, may be sent: for the units inside its part, and for the one that is running.
    /// </summary>
    public ValueTask CommandAsync(DbContext context, object command, bool changes, bool async, CancellationToken cancellationToken)
    {
        ThrowIfBroken();
        return Turns.CommandAsync(context, command, changes, async, cancellationToken);
    }

    /// <summary>The same for a statement of the library's own; it has ended when what is returned is disposed.</summary>
    public async ValueTask<IDisposable?> TakeTurnAsync(DbContext context, bool async, CancellationToken cancellationToken)
    {
        var turn = new Turn(Turns);
        await CommandAsync(context, turn, changes: true, async, cancellationToken).ConfigureAwait(false);
        return turn;
    }

    public async ValueTask BeginAsync(Part part, bool async, CancellationToken cancellationToken)
    {
        ThrowIfBroken();
        await Turns.EnterAsync(part, async, cancellationToken).ConfigureAwait(false);
        try
        {
            await ExecuteAsync(part.Name, part.Context, async, Begin).ConfigureAwait(false);
        }
        catch
        {
            Turns.Leave(part);
            throw;
        }
    }

    /// <summary>Checks what COMMIT would check, and keeps the part.</summary>
    public async ValueTask CommitAsync(DbContext context, bool async)
    {
        if (Turns.Find(context) is not { } part)
            return;

        ThrowIfBroken();
        if (Turns.Inside(part) is [.., var inner])
            throw TestSetUpException.NotInOrder(part.Name, inner.Name, connectName);

        int commits;
        lock (_gate)
            commits = _committed.Count;
        object? counted;
        try
        {
            counted = await ExecuteAsync(
                part.Name, part.Context, async, ReadCommits, ResetLimit, "SET CONSTRAINTS ALL IMMEDIATE", ResetConstraints, Release,
                Count(commits + 1)).ConfigureAwait(false);
        }
        catch
        {
            await RollbackAsync(context, async).ConfigureAwait(false);
            throw;
        }

        Check(counted, part.Name);
        lock (_gate)
            _committed.Add(part.Name);
        Turns.Leave(part);
        ThrowIfBroken();
    }

    public async ValueTask RollbackAsync(DbContext context, bool async)
    {
        if (Turns.Find(context) is not { } part)
            return;

        var ended = Turns.Inside(part).Append(part).ToArray();
        try
        {
            // Each but the first with those inside it gone; in a failed transaction nothing else is allowed first.
            var statements = ended.SelectMany(_ => new[] { StartOver, Release }).Append(ReadCommits);
            Check(await ExecuteAsync(part.Name, part.Context, async, [.. statements]).ConfigureAwait(false), part.Name);
        }
        catch (Exception exception)
        {
            Break(exception as TestSetUpException ?? TestSetUpException.Ended(connectName));
            throw;
        }
        finally
        {
            Array.ForEach(ended, Turns.Leave);
        }

        if (ended.Length > 1)
            Break(TestSetUpException.LostBranch(part.Name, ended[0].Name, connectName));
        else if (part.Visitor is { } visitor)
            Break(TestSetUpException.LostBranch(part.Name, visitor, connectName));
    }

    /// <summary>Rolls a part back whose context is being let go.</summary>
    public async ValueTask AbandonAsync(DbContext context, bool async)
    {
        if (Turns.Find(context) is null)
            return;

        LettingGo?.Invoke(context);
        if (connection.State is ConnectionState.Open)
            await RollbackAsync(context, async).ConfigureAwait(false);
    }

    /// <summary>Finds what happened on the connection behind our back, and rolls everything back.</summary>
    public async ValueTask EndAsync()
    {
        if (connection.State is not ConnectionState.Open)
        {
            Break(TestSetUpException.Ended(connectName));
            return;
        }

        try
        {
            Check(await ExecuteAsync("The end of the test", context: null, async: true, ReadCommits).ConfigureAwait(false), "the test");
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InFailedSqlTransaction)
        {
            // The test's own session failed last; nothing can be asked any more.
        }
        catch (TestSetUpException exception)
        {
            Break(exception);
            return;
        }

        await _transaction!.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Refuses to open the connection again: it was closed, and what is done on a new one would stay.</summary>
    public void Reopening()
    {
        Break(TestSetUpException.Ended(connectName));
        ThrowIfBroken();
    }

    private static string Count(int commits)
        => $"SELECT set_config('txaspects.commits', '{commits.ToString(CultureInfo.InvariantCulture)}', true)";

    /// <summary>Compares the server's count with ours.</summary>
    private void Check(object? counted, string by)
    {
        lock (_gate)
        {
            if (!int.TryParse(counted as string, CultureInfo.InvariantCulture, out var count))
                Break(TestSetUpException.Ended(connectName));
            else if (count < _committed.Count)
                Break(TestSetUpException.LostCommits(by, connectName, _committed.Skip(count)));
        }
    }

    private void Break(TestSetUpException cause)
    {
        lock (_gate)
            _broken ??= cause;
    }

    private void ThrowIfBroken()
    {
        if (Broken is { } broken)
            throw new TestSetUpException(broken.Message, broken);
    }

    /// <summary>
    /// Sends statements in one round trip, as soon as nothing else is running; returns the first value of what the first SELECT gives.
    /// </summary>
    private async ValueTask<object?> ExecuteAsync(string by, DbContext? context, bool async, params string[] statements)
    {
        var batch = new NpgsqlBatch(connection);
        await using var _ = batch.ConfigureAwait(false);
        foreach (var statement in statements)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
        await Turns.CommandAsync(by, context, batch, async).ConfigureAwait(false);
        try
        {
            return async ? await batch.ExecuteScalarAsync().ConfigureAwait(false) : batch.ExecuteScalar();
        }
        catch (NpgsqlOperationInProgressException exception)
        {
            throw TestSetUpException.Busy(by, connectName, exception);
        }
        finally
        {
            Turns.CommandEnded(batch);
        }
    }

    private sealed class Turn(Turns turns) : IDisposable
    {
        public void Dispose() => turns.CommandEnded(this);
    }
}
