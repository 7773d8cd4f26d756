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

    /// <summary>
    /// How long a connection may wait in the pool before it is asked for an answer, when a unit takes it; one that is dead is replaced.
    /// Null: never. Default: 30 seconds. It costs a round trip, and nothing for a connection that was used since. Not in a cluster.
    /// </summary>
    /// <remarks>
    /// A transaction's first command of EF Core's own that finds its connection gone is sent again in any case, once, over one that lives.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan? CheckIdleAfter
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value.GetValueOrDefault(), TimeSpan.Zero, nameof(CheckIdleAfter));
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Values that hold for one transaction, such as the tenant for row-level security: <c>variables => variables.Set("app.tenant", () =>
    /// tenant.Id)</c>. They go out in front of the first command of each transaction, and again wherever one is started over. Called once,
    /// when the connect is made. Default: none.
    /// </summary>
    /// <remarks>
    /// They cost no round trip in front of a query or a save of EF Core's. One is taken in front of raw commands on the unit's connection,
    /// scalars, stored procedures and commands with positional parameters, and where an interceptor of the application's sees commands.
    /// </remarks>
    public Action<TransactionVariables>? Variables { get; init; }

    /// <summary>
    /// Whether the server shows who is at work: for the time of a transaction its <c>application_name</c> is the name of the unit, and the
    /// id of its trace where there is one. Default: false. Costs what <see cref="Variables"/> cost.
    /// </summary>
    public bool UnitNameOnServer { get; init; }

    /// <summary>
    /// Whether the server stops the statements of a unit with a time limit: <c>statement_timeout</c> is what is left of the limit when the
    /// transaction begins. Default: false. Costs what <see cref="Variables"/> cost.
    /// </summary>
    /// <remarks>
    /// It does not get less while the transaction goes on, so a later statement may run that long too; the client stops it at the deadline,
    /// as ever. This is for the client that cannot.
    /// </remarks>
    public bool DeadlineOnServer { get; init; }

    /// <summary>
    /// How long after the deadline the server ends the transaction, and the connection with it; for <see cref="DeadlineOnServer"/>.
    /// Default: never. A server that has no such limit, as PostgreSQL before 17, is not told.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan? TransactionTimeoutGrace
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value.GetValueOrDefault(), TimeSpan.Zero, nameof(TransactionTimeoutGrace));
            field = value;
        }
    }
}
