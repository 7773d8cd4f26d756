using Microsoft.EntityFrameworkCore;
using Npgsql;
using TxAspects.Testing.Databases;
using TxAspects.Testing.Watching;

namespace TxAspects.Testing;

/// <summary>
/// A database of a test's own, for the committing set-up: every commit is real, and tests run side by side. Dropped when disposed.
/// </summary>
/// <remarks>Give its connection string to a connect that the test makes, or lead a connect here that exists already.</remarks>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly List<ChangeWatch> _watches = [];    // lock on it
    private readonly List<IDisposable> _redirections = [];    // lock on _watches
    private int _disposed;

    internal TestDatabase(PostgresServer server, string name, bool countRoundTrips)
    {
        _server = server;
        Name = name;
        ConnectionString = server.ConnectionStringFor(name);
        if (countRoundTrips)
            ConnectionString = (Wire = new WireMeter(ConnectionString)).ConnectionString;
    }

    /// <summary>The database's name, unique on its server.</summary>
    public string Name { get; }

    /// <summary>Reaches this database, through <see cref="Wire"/> where there is one.</summary>
    public string ConnectionString { get; }

    /// <summary>Counts what goes over the wire; null where that was not asked for.</summary>
    public WireMeter? Wire { get; }

    /// <summary>
    /// Leads a connect here, whichever branch, thread or request asks for a session, until the result or the database is disposed.
    /// </summary>
    /// <param name="connect">The connect, such as a static one.</param>
    /// <param name="configure">Settings for the data source, such as type mappings. Default: none; those that the connect was made with do
    /// not count here.</param>
    /// <exception cref="TestSetUpException">Another test has this connect: tests that run at the same time need <see cref="RedirectHere"/>,
    /// or connects of their own.</exception>
    public IDisposable Redirect<TContext>(DbConnect<TContext> connect, Action<NpgsqlDataSourceBuilder>? configure = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        return Lead(connect, configure, () => true, ConnectUse.Of(connect).Lead());
    }

    /// <summary>
    /// Leads a connect here for the calls that the calling method makes from now on, so that other tests can lead it elsewhere at the same
    /// time.
    /// </summary>
    /// <remarks>
    /// It flows with calls and tasks from where it is called: from the test body, not from an asynchronous initialiser. It does not flow
    /// into work that was started elsewhere, such as a hosted service, nor into requests of a test server, unless that has
    /// <c>PreserveExecutionContext</c>. There the connect is what it was: let it name no database in tests.
    /// </remarks>
    /// <inheritdoc cref="Redirect" path="/param"/>
    /// <exception cref="TestSetUpException">A transactional test has this connect.</exception>
    public IDisposable RedirectHere<TContext>(DbConnect<TContext> connect, Action<NpgsqlDataSourceBuilder>? configure = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        var here = new AsyncLocal<bool> { Value = true };
        return Lead(connect, configure, () => here.Value, ConnectUse.Of(connect).Lead(() => here.Value));
    }

    /// <summary>
    /// Runs a body in which a connect leads here: <see cref="RedirectHere"/> for frameworks whose initialiser does not share its flow with
    /// the test.
    /// </summary>
    public async Task RunAsync<TContext>(DbConnect<TContext> connect, Func<Task> body)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(body);
        using var redirection = RedirectHere(connect);
        await body().ConfigureAwait(false);
    }

    /// <summary>Throws where something was left open: a unit, a transaction, a connection out of its pool, a change nobody saved.</summary>
    /// <param name="allowLostChanges">Whether changes may be lost that nobody saved, as in a session that an exception leaves.</param>
    /// <param name="cancellationToken">Stops the question to the server.</param>
    /// <exception cref="TestVerificationException">With everything that was found.</exception>
    public async Task VerifyAsync(bool allowLostChanges = false, CancellationToken cancellationToken = default)
    {
        List<string> findings = [.. Sound.AmbientFindings];
        if (!allowLostChanges)
        {
            lock (_watches)
                findings.AddRange(_watches.SelectMany(watch => watch.Findings));
        }

        findings.AddRange(await OpenWork.FindAsync(_server, Name, cancellationToken).ConfigureAwait(false));
        if (findings.Count > 0)
            throw new TestVerificationException(findings);
    }

    /// <summary>
    /// Ends the redirections, ends the connections to the database and drops it. A server that was stopped already took it along.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;

        IDisposable[] redirections;
        lock (_watches)
            redirections = [.. _redirections];
        foreach (var redirection in redirections)
            redirection.Dispose();

        Wire?.Dispose();
        if (_server.IsDisposed)
            return;

        using (var connection = new NpgsqlConnection(ConnectionString))
            NpgsqlConnection.ClearPool(connection);
        await _server.DropDatabaseAsync(Name).ConfigureAwait(false);
    }

    private IDisposable Lead<TContext>(
        DbConnect<TContext> connect, Action<NpgsqlDataSourceBuilder>? configure, Func<bool> applies, Action ended)
        where TContext : DbContext
    {
        try
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            var watch = new ChangeWatch(connect.Name, context => Tx.IsOpen && Tx.FindSession(connect) == context);
            var ending = new Ending(connect.Redirect(new DatabaseRedirection(CreateSource, watch, applies)), ended);
            lock (_watches)
            {
                _watches.Add(watch);
                _redirections.Add(ending);
            }

            return ending;
        }
        catch
        {
            ended();
            throw;
        }

        NpgsqlDataSource CreateSource()
        {
            var builder = new NpgsqlDataSourceBuilder(ConnectionString);
            configure?.Invoke(builder);
            return builder.Build();
        }
    }

    private sealed class Ending(IDisposable redirected, Action ended) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 1)
                return;

            redirected.Dispose();
            ended();
        }
    }
}
