using Microsoft.EntityFrameworkCore;
using TxAspects.Sessions;
using TxAspects.Testing.Transactional;
using TxAspects.Testing.Watching;

namespace TxAspects.Testing;

/// <summary>
/// A test inside one transaction that is never committed: fast, and nothing stays. The application's commits and rollbacks are savepoints
/// inside it.
/// </summary>
/// <remarks>
/// While it runs, every session of the connects given goes to one connection, whichever branch, thread or request asks for it. What the
/// application does goes on as in production: deferred constraints are checked where it commits, hooks run, nothing leaves the transaction.
/// Where the outcome would differ from production's it throws <see cref="TestSetUpException"/>. One test at a time has a connect.
/// </remarks>
public sealed class TransactionalTest : IAsyncDisposable
{
    private readonly TransactionalTestOptions _options;
    private readonly Dictionary<DbConnect, SharedConnect> _connects = [];
    private bool _disposed;

    private TransactionalTest(TransactionalTestOptions options) => _options = options;

    /// <summary>Opens a connection of the connect and begins the transaction. Sessions that are open already stay where they are.</summary>
    /// <exception cref="TestSetUpException">Another test has this connect.</exception>
    public static async Task<TransactionalTest> BeginAsync<TContext>(
        DbConnect<TContext> connect, TransactionalTestOptions? options = null, CancellationToken cancellationToken = default)
        where TContext : DbContext
    {
        var test = new TransactionalTest(options ?? new TransactionalTestOptions());
        await test.AddAsync(connect, cancellationToken).ConfigureAwait(false);
        return test;
    }

    /// <summary>Runs a test: begins, runs the body, verifies and rolls back. A failure of the body is what its caller gets.</summary>
    /// <exception cref="TestVerificationException">The body succeeded, but what it left is not sound.</exception>
    public static async Task RunAsync<TContext>(
        DbConnect<TContext> connect, Func<TransactionalTest, Task> body, TransactionalTestOptions? options = null,
            CancellationToken cancellationToken = default)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(body);
        var test = await BeginAsync(connect, options, cancellationToken).ConfigureAwait(false);
        try
        {
            await body(test).ConfigureAwait(false);
        }
        catch
        {
            await test.EndAsync().ConfigureAwait(false);
            throw;
        }

        await test.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Takes one more connect into the test, with a connection and a transaction of its own.</summary>
    /// <exception cref="TestSetUpException">Another test has this connect.</exception>
    public async Task AddAsync<TContext>(DbConnect<TContext> connect, CancellationToken cancellationToken = default)
        where TContext : DbContext
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _connects.Add(connect, await SharedConnect.TakeAsync(connect, _options, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// A session for the test itself: it sees all the application does, and its saves are there for the application at once. A new one each
    /// time, so nothing in it is stale.
    /// </summary>
    /// <remarks>It is disposed with the test. While a unit of the application is open, what the test saves belongs to that unit.</remarks>
    /// <exception cref="ArgumentException">The connect is not part of this test.</exception>
    public ValueTask<TContext> SessionAsync<TContext>(DbConnect<TContext> connect)
        where TContext : DbContext
        => Find(connect).OpenSessionAsync(async: true);

    /// <inheritdoc cref="SessionAsync"/>
    public TContext Session<TContext>(DbConnect<TContext> connect)
        where TContext : DbContext
        => Find(connect).OpenSessionAsync(async: false).Completed();

    /// <summary>
    /// Throws where something is not sound now: a transaction or a unit left open, changes nobody saved, work that would have had another
    /// outcome in production.
    /// </summary>
    /// <exception cref="TestVerificationException">With everything that was found.</exception>
    public void Verify() => ThrowIfAny(Findings(), Broken());

    /// <summary>Rolls everything back, then throws what <see cref="Verify"/> would have thrown. Further calls do nothing.</summary>
    /// <remarks>
    /// After a failed test that hides the failure where its framework reports one exception only; <see cref="RunAsync"/> does not.
    /// </remarks>
    /// <exception cref="TestVerificationException">What the test left is not sound.</exception>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
            ThrowIfAny(await EndAsync().ConfigureAwait(false), Broken());
    }

    /// <summary>Rolls everything back; returns what is not sound.</summary>
    private async Task<List<string>> EndAsync()
    {
        _disposed = true;
        var findings = Findings();
        foreach (var connect in _connects.Values)
            await connect.DisposeAsync().ConfigureAwait(false);
        return findings;
    }

    private SharedConnect<TContext> Find<TContext>(DbConnect<TContext> connect)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(connect);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _connects.TryGetValue(connect, out var taken)
            ? (SharedConnect<TContext>)taken
            : throw new ArgumentException($"The connect '{connect.Name}' is not part of this test. Add it with AddAsync.", nameof(connect));
    }

    private List<string> Findings()
        => [.. _connects.Values.SelectMany(connect => connect.Findings(_options.AllowLostChanges)), .. Sound.AmbientFindings];

    private TestSetUpException? Broken()
        => _connects.Values.Select(connect => connect.Shared.Broken).FirstOrDefault(broken => broken is not null);

    private static void ThrowIfAny(List<string> findings, TestSetUpException? broken)
    {
        if (broken is not null)
            findings.Insert(0, broken.Message);
        if (findings.Count > 0)
            throw new TestVerificationException(findings, broken);
    }
}
