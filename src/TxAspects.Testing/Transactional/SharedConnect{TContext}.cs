using Microsoft.EntityFrameworkCore;
using Npgsql;
using TxAspects.Testing.Watching;

namespace TxAspects.Testing.Transactional;

/// <summary>A connect while a test has it, with its own connection and the sessions that the test asked for.</summary>
internal sealed class SharedConnect<TContext>(DbConnect<TContext> connect, Action giveBack) : SharedConnect
    where TContext : DbContext
{
    private readonly List<TContext> _sessions = [];
    private TContext? _holder;
    private SharedConnection? _shared;
    private ChangeWatch? _watch;
    private IDisposable? _redirected;

    public override SharedConnection Shared => _shared!;

    public async Task BeginAsync(TransactionalTestOptions options, CancellationToken cancellationToken)
    {
        // The connect's own connection, with all that was configured for it. Nothing begins a transaction on it but us.
        _holder = await Tx.NewSessionAsync(connect, cancellationToken).ConfigureAwait(false);
        await _holder.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        if (_holder.Database.GetDbConnection() is not NpgsqlConnection connection)
            throw new TestSetUpException($"The connect '{connect.Name}' does not use Npgsql. A transactional test needs PostgreSQL.");

        var shared = new SharedConnection(connection, connect.Name, options.TimeForTurn);
        await shared.BeginAsync(options.IsolationLevel, cancellationToken).ConfigureAwait(false);
        _shared = shared;
        _watch = new ChangeWatch(connect.Name, context => IsOfUnit(context) || _shared.Turns.IsOwn(context));
        _shared.LettingGo = _watch.LookAt;
        _redirected = connect.Redirect(new SharedRedirection(_shared, _watch, IsOfUnit));
    }

    public async ValueTask<TContext> OpenSessionAsync(bool async)
    {
        var session = async ? await Tx.NewSessionAsync(connect).ConfigureAwait(false) : Tx.NewSession(connect);
        lock (_sessions)
            _sessions.Add(session);
        _shared!.Turns.AddOwn(session);

        // Always in a transaction that is nobody's part, so that its saves have savepoints. A new one after each: its savepoint may go with
        // the part that is open now.
        session.Database.BeginTransaction();
        session.SavedChanges += (_, _) =>
        {
            session.Database.CommitTransaction();
            session.Database.BeginTransaction();
        };
        return session;
    }

    public override IEnumerable<string> Findings(bool allowLostChanges)
    {
        foreach (var part in Shared.Turns.OpenParts)
            yield return $"'{part}' left its transaction on '{connect.Name}' open. End the unit, or dispose the session.";

        if (allowLostChanges)
            yield break;

        lock (_sessions)
        {
            if (_sessions.Exists(session => Shared.Turns.IsOwn(session) && HasChanges(session)))
                yield return $"The test's own session of '{connect.Name}' has changes that nobody saved. Call SaveChangesAsync.";
        }

        foreach (var finding in _watch!.Findings)
            yield return finding;
    }

    public override async ValueTask DisposeAsync()
    {
        _redirected?.Dispose();
        try
        {
            foreach (var session in _sessions.Where(session => _shared!.Turns.IsOwn(session)))
                await session.DisposeAsync().ConfigureAwait(false);
            if (_shared is not null)
                await _shared.EndAsync().ConfigureAwait(false);
            if (_holder is not null)
                await _holder.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            giveBack();
        }
    }

    private bool IsOfUnit(DbContext context) => Tx.IsOpen && Tx.FindSession(connect) == context;

    private static bool HasChanges(TContext session)
    {
        try
        {
            return session.ChangeTracker.HasChanges();
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}
