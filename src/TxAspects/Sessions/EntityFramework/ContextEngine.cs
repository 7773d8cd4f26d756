using System.Data.Common;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Drivers;

namespace TxAspects.Sessions.EntityFramework;

/// <summary>An engine with its contexts of one type: pooled by EF Core, or made by the user.</summary>
internal sealed class ContextEngine<TContext> : Engine
    where TContext : DbContext
{
    private readonly DbContextOptions<TContext> _options;
    private readonly Func<DbContextOptions<TContext>, TContext> _make;
    private readonly ServiceProvider? _pool;
    private readonly SessionRedirection? _redirection;

    public ContextEngine(
        string connectName, DbDataSource source, DbDriver driver, Action<DbContextOptionsBuilder<TContext>> configure,
        Func<DbContextOptions<TContext>, TContext>? create, bool ownsSource, int? maxOuterConnections, SessionRedirection? redirection)
        : base(source, driver, ownsSource, maxOuterConnections, redirection)
    {
        try
        {
            var builder = new DbContextOptionsBuilder<TContext>();
            configure(builder);
            redirection?.Configure(builder);
            builder.UseSessions();
            _options = builder.Options;
            _redirection = redirection;
            _make = create ?? FindConstructor(connectName);
            _pool = create is null ? CreatePool() : null;
        }
        catch
        {
            if (ownsSource)
                source.Dispose();
            throw;
        }
    }

    public override LeasedContext Lease()
    {
        if (_pool is null)
            return Make();

        var scope = _pool.CreateScope();
        return new LeasedContext(Prepared(scope.ServiceProvider.GetRequiredService<TContext>()), scope);
    }

    public override LeasedContext Make() => new(Prepared(_make(_options)), lease: null);

    protected override async ValueTask DisposeAsync(bool async)
    {
        if (_pool is not null && async)
            await _pool.DisposeAsync().ConfigureAwait(false);
        else
            _pool?.Dispose();
        await base.DisposeAsync(async).ConfigureAwait(false);
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
}
