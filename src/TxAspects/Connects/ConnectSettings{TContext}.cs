using Microsoft.EntityFrameworkCore;

namespace TxAspects;

/// <summary>What every connect can be told, whatever its database is.</summary>
/// <typeparam name="TContext">The user's own context type.</typeparam>
/// <remarks>A package for another database derives its own options from it.</remarks>
public abstract record ConnectSettings<TContext>
    where TContext : DbContext
{
    /// <summary>The name in messages and positions. Default: the context type's name. Connects of one application need different
    /// names.</summary>
    public string Name { get; init; } = typeof(TContext).Name;

    /// <summary>
    /// More of EF Core's options: interceptors, conventions, <c>LogTo</c>, warnings, a compiled model, lazy loading. Called once per
    /// engine, before the provider is set. Default: none.
    /// </summary>
    public Action<DbContextOptionsBuilder<TContext>>? ConfigureContext { get; init; }

    /// <summary>
    /// The application's services, from which EF Core takes the logger factory and the memory cache, as <c>AddDbContext</c> does. Default:
    /// none, or those of the container that makes the connect with <c>AddTxConnect</c>.
    /// </summary>
    public IServiceProvider? Services { get; init; }

    /// <summary>
    /// Makes a context where its constructor takes more than the options; it is not pooled then. Default: a context with one public
    /// constructor, whose only parameter is its options.
    /// </summary>
    public Func<DbContextOptions<TContext>, TContext>? CreateSession { get; init; }

    /// <summary>
    /// Whether contexts serve one unit after the other. Default: true. A context that is not pooled is made for its unit, which is slower,
    /// and cannot be injected as the unit's session.
    /// </summary>
    public bool Pooling { get; init; } = true;

    /// <summary>
    /// Puts back what user code has set on a pooled context of a class with settable properties, fields or events of its own, before the
    /// next unit gets it. Default: none; a context of such a class is then not pooled, which is slower and is warned of, and one of any
    /// other class needs none. The library clears nothing by guess.
    /// </summary>
    /// <remarks>
    /// It runs when the context is given back, and must not use the database. One that throws keeps the context from being used until it
    /// has run without.
    /// </remarks>
    public Action<TContext>? Reset { get; init; }

    /// <summary>
    /// Runs before every new session and may change the host. Default: nothing. No unit of work is ambient in it. A session asked for
    /// synchronously throws <see cref="SynchronousUseException"/> when it does not complete at once.
    /// </summary>
    public Func<DbConnect<TContext>, CancellationToken, ValueTask>? BeforeCreateSession { get; init; }
}
