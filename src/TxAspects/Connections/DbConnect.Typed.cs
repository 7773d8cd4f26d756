using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TxAspects.Connections;

namespace TxAspects;

/// <summary>A connect whose sessions are of type <typeparamref name="TContext"/>.</summary>
/// <remarks>Thread-safe; keep one for the life of the process, in a static field or as a singleton.</remarks>
public sealed partial class DbConnect<TContext> : DbConnect
    where TContext : DbContext
{
    private readonly DbConnectOptions<TContext> _options;
    private readonly Lock _gate = new();    // protects the three fields below
    private string? _host;
    private Engine<TContext>? _engine;
    private bool _disposed;

    /// <summary>Makes a connect. Nothing is opened or created yet.</summary>
    /// <exception cref="ArgumentNullException">The options are null.</exception>
    public DbConnect(DbConnectOptions<TContext> options)
        : base((options ?? throw new ArgumentNullException(nameof(options))).Name)
    {
        _options = options;
        _host = string.IsNullOrEmpty(options.Host) ? null : options.Host;
    }

    /// <inheritdoc/>
    public override string? Host
    {
        get
        {
            lock (_gate)
                return _host;
        }
    }

    /// <inheritdoc/>
    public override TwoPhase? TwoPhase => _options.TwoPhase;

    internal override bool MayAwaitBeforeSession => _options.BeforeCreateSession is not null;

    /// <inheritdoc/>
    public override ValueTask ConnectAsync(string host, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        cancellationToken.ThrowIfCancellationRequested();
        return SwitchTo(host, evenIfSame: true);
    }

    /// <inheritdoc/>
    public override ValueTask ChangeHostAsync(string host, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        cancellationToken.ThrowIfCancellationRequested();
        return SwitchTo(host, evenIfSame: false);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => TakeForDisposal()?.ReleaseAsync(async: true) ?? default;

    /// <inheritdoc/>
    public override void Dispose() => TakeForDisposal()?.ReleaseAsync(async: false).Completed();

    /// <inheritdoc/>
    public override async ValueTask<DbConnection> OpenConnectionAsync(CancellationToken cancellationToken = default)
    {
        if (_options.BeforeCreateSession is { } before)
            await before(this, cancellationToken).ConfigureAwait(false);

        var engine = LeaseEngine();
        try
        {
            return await engine.OpenConnectionAsync(async: true, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await engine.ReleaseAsync(async: true).ConfigureAwait(false);
        }
    }

    internal override bool IsTransient(Exception exception) => _options.IsTransient?.Invoke(exception) ?? false;

    internal override bool IsPoolExhausted(Exception exception) => _options.IsPoolExhausted?.Invoke(exception) ?? false;

    internal override CommitMarkers? CommitMarkers => _options.CommitMarkers;

    internal override CommitWatch? WatchCommit(DbBatch batch) => _options.WatchCommit?.Invoke(batch);

    internal override ValueTask<Session> OpenSessionAsync(ISessionOwner owner, bool async, CancellationToken cancellationToken)
    {
        if (_options.BeforeCreateSession is not { } before)
            return new(OpenSession(owner));

        var prepared = before(this, cancellationToken);
        if (!async && !prepared.IsCompleted)
        {
            throw new SynchronousUseException(
                $"BeforeCreateSession of '{Name}'", "Use Tx.SessionAsync, or make the handler complete synchronously.");
        }

        return OpenWhenPreparedAsync(prepared, owner);
    }

    private async ValueTask<Session> OpenWhenPreparedAsync(ValueTask prepared, ISessionOwner owner)
    {
        await prepared.ConfigureAwait(false);
        return OpenSession(owner);
    }

    private Session OpenSession(ISessionOwner owner)
    {
        var engine = LeaseEngine();
        try
        {
            return Session.Open(this, owner, engine.CreateContext(), engine);
        }
        catch
        {
            engine.ReleaseAsync(async: false).Completed();
            throw;
        }
    }

    private Engine<TContext> LeaseEngine()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var engine = FindEngine();
            engine.Lease();
            return engine;
        }
    }

    private ValueTask SwitchTo(string host, bool evenIfSame)
    {
        Engine<TContext>? retired;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!evenIfSame && host == _host)
                return default;

            // Created before anything is replaced: when this throws, the old host and engine stay in force.
            var engine = new Engine<TContext>(_options, host);
            retired = _engine;
            _engine = engine;
            _host = host;
        }

        return retired?.ReleaseAsync(async: true) ?? default;
    }

    private Engine<TContext>? TakeForDisposal()
    {
        lock (_gate)
        {
            _disposed = true;
            var engine = _engine;
            _engine = null;
            return engine;
        }
    }
}
