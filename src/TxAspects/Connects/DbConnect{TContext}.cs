using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TxAspects.Drivers;
using TxAspects.Sessions;
using TxAspects.Sessions.EntityFramework;
using TxAspects.Sessions.Variables;

namespace TxAspects;

/// <summary>A connect whose sessions are of type <typeparamref name="TContext"/>.</summary>
/// <remarks>Thread-safe; keep one for the life of the process, in a static field or as a singleton.</remarks>
public sealed class DbConnect<TContext> : DbConnect
    where TContext : DbContext
{
    private readonly DbConnectOptions<TContext> _options;
    private readonly ConnectVariables? _variables;
    private readonly Lock _gate = new();    // protects the four fields below
    private string? _host;
    private ContextEngine<TContext>? _engine;
    private bool _disposed;
    private Redirected[] _redirected = [];    // the latest first

    /// <summary>Makes a connect. Nothing is opened or created yet.</summary>
    /// <exception cref="ArgumentNullException">The options are null.</exception>
    /// <exception cref="ArgumentException">The options set values for each transaction which the database does not know, or cannot have
    /// under these names.</exception>
    public DbConnect(DbConnectOptions<TContext> options)
        : base((options ?? throw new ArgumentNullException(nameof(options))).Name)
    {
        _options = options;
        var variables = new TransactionVariables();
        options.Variables?.Invoke(variables);
        _variables = ConnectVariables.Make(
            Name, options.Driver, variables.All, options.UnitNameOnServer, options.DeadlineOnServer, options.TransactionTimeoutGrace);
        InjectedContexts.Note(typeof(TContext));
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
    public override DbDriver Driver => _options.Driver;

    /// <inheritdoc/>
    public override int? PoolSize
    {
        get
        {
            lock (_gate)
                return _engine is { } engine ? Driver.FindPoolSize(engine.Source) : null;
        }
    }

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
    public override IDisposable Redirect(SessionRedirection redirection)
    {
        ArgumentNullException.ThrowIfNull(redirection);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var own = redirection.CreateEngine();
            var engine = CreateEngine(own ?? FindEngine().Source, ownsSource: own is not null, redirection);
            var redirected = new Redirected(this, redirection, engine);
            _redirected = [redirected, .. _redirected];
            return redirected;
        }
    }

    internal override void Attaching(DbContext context)
    {
        lock (_gate)
            FindRedirected()?.Redirection.Attaching(context);
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

    private protected override async ValueTask<DbConnection> OpenToLookAsync(CancellationToken cancellationToken)
    {
        var engine = LeaseEngine();
        try
        {
            return await (engine.Cluster is null
                ? Driver.OpenToLookAsync(engine.Source, cancellationToken)
                : engine.OpenConnectionAsync(async: true, cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            await engine.ReleaseAsync(async: true).ConfigureAwait(false);
        }
    }

    /// <summary>A context as EF Core's own factories make it, which is no session.</summary>
    internal async ValueTask<TContext> MakeContextAsync(bool async, CancellationToken cancellationToken)
    {
        if (_options.BeforeCreateSession is { } before)
        {
            var prepared = before(this, cancellationToken);
            if (!async && !prepared.IsCompleted)
                throw AwaitsBeforeSession("IDbContextFactory.CreateDbContextAsync");
            await prepared.ConfigureAwait(false);
        }

        var engine = LeaseEngine();
        try
        {
            return engine.MakeAlone();
        }
        catch
        {
            await engine.ReleaseAsync(async).ConfigureAwait(false);
            throw;
        }
    }

    internal override ValueTask<Session> OpenSessionAsync(
        ISessionOwner owner, bool isOfUnit, bool async, CancellationToken cancellationToken)
    {
        if (_options.BeforeCreateSession is not { } before)
            return new(OpenSession(owner, isOfUnit));

        var prepared = before(this, cancellationToken);
        if (!async && !prepared.IsCompleted)
            throw AwaitsBeforeSession("Tx.SessionAsync");
        return OpenWhenPreparedAsync(prepared, owner, isOfUnit);
    }

    private SynchronousUseException AwaitsBeforeSession(string remedy)
        => new($"BeforeCreateSession of '{Name}'", $"Use {remedy}, or make the handler complete synchronously.");

    private async ValueTask<Session> OpenWhenPreparedAsync(ValueTask prepared, ISessionOwner owner, bool isOfUnit)
    {
        await prepared.ConfigureAwait(false);
        return OpenSession(owner, isOfUnit);
    }

    private Session OpenSession(ISessionOwner owner, bool isOfUnit)
    {
        var engine = LeaseEngine();
        try
        {
            return Session.Open(this, Name, owner, isOfUnit ? engine.Lease(owner.Log) : engine.Make(), engine);
        }
        catch
        {
            engine.ReleaseAsync(async: false).Completed();
            throw;
        }
    }

    private ContextEngine<TContext> LeaseEngine()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var engine = FindEngine();
            engine.AddLease();
            return engine;
        }
    }

    private ValueTask SwitchTo(string host, bool evenIfSame)
    {
        ContextEngine<TContext>? retired;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!evenIfSame && host == _host)
                return default;

            // Created before anything is replaced: when this throws, the old host and engine stay in force.
            var engine = CreateEngine(host);
            retired = _engine;
            _engine = engine;
            _host = host;
        }

        return retired?.ReleaseAsync(async: true) ?? default;
    }

    private ContextEngine<TContext>? TakeForDisposal()
    {
        lock (_gate)
        {
            _disposed = true;
            var engine = _engine;
            _engine = null;
            return engine;
        }
    }

    private Redirected? FindRedirected() => Array.Find(_redirected, redirected => redirected.Redirection.AppliesHere);

    /// <summary>The engine for the session that is asked for here; for who holds the gate.</summary>
    private ContextEngine<TContext> FindEngine()
        => FindRedirected()?.Engine
            ?? (_engine ??= CreateEngine(_host ?? throw HostNotSetException.ForConnect(Name)));

    private ContextEngine<TContext> CreateEngine(string host)
        => CreateEngine(_options.CreateEngine(host), ownsSource: true, redirection: null);

    private ContextEngine<TContext> CreateEngine(DbDataSource source, bool ownsSource, SessionRedirection? redirection)
        => new(
            Name, source, _options.Driver,
            new ContextEngine<TContext>.Making(
                builder => Configure(builder, source), _options.CreateSession, _options.Reset, _options.Pooling),
            ownsSource, _options.MaxOuterConnections, redirection, _variables, _options.CheckIdleAfter);

    // The provider comes last, so that it keeps the engine whatever the user's options say of connections.
    private void Configure(DbContextOptionsBuilder<TContext> builder, DbDataSource source)
    {
        if (_options.Services is { } services)
            builder.UseApplicationServiceProvider(services);
        _options.ConfigureContext?.Invoke(builder);
        _options.ConfigureSession(builder, source);
    }

    private sealed record Redirected(
        DbConnect<TContext> Connect, SessionRedirection Redirection, ContextEngine<TContext> Engine) : IDisposable
    {
        public void Dispose()
        {
            lock (Connect._gate)
            {
                if (!Connect._redirected.Contains(this))
                    return;

                Connect._redirected = Array.FindAll(Connect._redirected, other => other != this);
            }

            Engine.ReleaseAsync(async: false).Completed();
        }
    }
}
