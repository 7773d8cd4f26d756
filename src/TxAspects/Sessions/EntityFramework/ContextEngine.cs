using System.Data.Common;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TxAspects.Drivers;
using TxAspects.Observing;
using TxAspects.Sessions.Variables;

namespace TxAspects.Sessions.EntityFramework;

/// <summary>An engine with its contexts of one type: pooled by EF Core, or made by the user.</summary>
internal sealed class ContextEngine<TContext> : Engine
    where TContext : DbContext
{
    private readonly DbContextOptions<TContext> _options;
    private readonly Func<DbContextOptions<TContext>, TContext> _make;
    private readonly ServiceProvider? _pool;
    private readonly string _connectName;
    private readonly Action<TContext>? _reset;
    private readonly IReadOnlyList<string> _state = [];    // for which there is no pool
    private int _hasWarned;    // changed with Interlocked
    private readonly SessionRedirection? _redirection;

    public ContextEngine(
        string connectName, DbDataSource source, DbDriver driver, Making making, bool ownsSource, int? maxOuterConnections,
        SessionRedirection? redirection, ConnectVariables? variables, TimeSpan? checkIdleAfter)
        : base(source, driver, ownsSource, maxOuterConnections, redirection, variables, checkIdleAfter)
    {
        _connectName = connectName;
        _reset = making.Reset;
        try
        {
            var builder = new DbContextOptionsBuilder<TContext>();
            making.Configure(builder);
            redirection?.Configure(builder);
            builder.UseSessions();
            _options = builder.Options;
            _redirection = redirection;
            _make = making.Create ?? FindConstructor(connectName);
            _state = making is { Pooling: true, Create: null, Reset: null } ? ContextState.Find(typeof(TContext)) : [];
            _pool = making is { Pooling: true, Create: null } && _state.Count == 0 ? CreatePool() : null;
        }
        catch
        {
            if (ownsSource)
                source.Dispose();
            throw;
        }
    }

    public override LeasedContext Lease(ILogger log)
    {
        if (_pool is null)
        {
            if (_state.Count > 0 && Interlocked.Exchange(ref _hasWarned, 1) == 0)
                log.NotPooled(typeof(TContext).Name, _connectName, string.Join(", ", _state));
            return Make();
        }

        var scope = _pool.CreateScope();
        try
        {
            var context = scope.ServiceProvider.GetRequiredService<TContext>();
            return _reset is null ? new LeasedContext(Prepared(context), scope) : LeaseToReset(context, scope);
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }

    public override LeasedContext Make() => new(Prepared(_make(_options)), lease: null);

    /// <summary>A context as EF Core's own factories make it, outside sessions. It keeps the engine until it is disposed.</summary>
    public TContext MakeAlone()
    {
        var context = Prepared(_make(_options));
        if (SessionSlot.Of(context) is not { } slot)
        {
            context.Dispose();
            throw SessionException.MadeWithOtherOptions(typeof(TContext).Name, _connectName);
        }

        slot.Engine = this;
        return context;
    }

    protected override async ValueTask DisposeAsync(bool async)
    {
        if (_pool is not null && async)
            await _pool.DisposeAsync().ConfigureAwait(false);
        else
            _pool?.Dispose();
        await base.DisposeAsync(async).ConfigureAwait(false);
    }

    private LeasedContext LeaseToReset(TContext context, IServiceScope scope)
    {
        var slot = SessionSlot.Of(context)!;
        if (slot.MustReset)
            Reset(context, slot);
        return new LeasedContext(Prepared(context), scope, () => Reset(context, slot));
    }

    // Where it throws, the context goes back as it is, and the next lease tries again.
    private void Reset(TContext context, SessionSlot slot)
    {
        slot.MustReset = true;
        _reset!(context);
        slot.MustReset = false;
    }

    private TContext Prepared(TContext context)
    {
        _redirection?.Prepare(context);
        return context;
    }

    private ServiceProvider CreatePool()
    {
        var services = new ServiceCollection();
        services.AddDbContextPool<TContext>(builder =>
        {
            IDbContextOptionsBuilderInfrastructure pooled = builder;
            foreach (var extension in _options.Extensions)
                pooled.AddOrUpdateExtension(extension);
        });
        return services.BuildServiceProvider();
    }

    private static Func<DbContextOptions<TContext>, TContext> FindConstructor(string connectName)
    {
        var constructors = typeof(TContext).GetConstructors();
        if (constructors is not [var only] || only.GetParameters() is not [{ ParameterType: var taken }] ||
            !taken.IsAssignableFrom(typeof(DbContextOptions<TContext>)))
        {
            throw SessionException.CannotBePooled(typeof(TContext).Name, connectName);
        }

        var options = Expression.Parameter(typeof(DbContextOptions<TContext>));
        return Expression.Lambda<Func<DbContextOptions<TContext>, TContext>>(Expression.New(only, options), options).Compile();
    }

    /// <summary>How contexts are made.</summary>
    /// <param name="Configure">Sets their options.</param>
    /// <param name="Create">Makes one; null for EF Core's pool.</param>
    /// <param name="Reset">Puts back what user code has set on one; null where nothing does.</param>
    /// <param name="Pooling">Whether contexts may serve one unit after the other.</param>
    public sealed record Making(
        Action<DbContextOptionsBuilder<TContext>> Configure, Func<DbContextOptions<TContext>, TContext>? Create, Action<TContext>? Reset,
        bool Pooling);
}
