using TxAspects.Calls;
using TxAspects.Calls.Bodies;
using TxAspects.Units;
using TxAspects.Units.Ambient;

namespace TxAspects;

/// <content>Units of work as calls.</content>
public static partial class Tx
{
    private static readonly UnitOfWorkOptions NewContextOptions = new() { Propagation = Propagation.RequiresNew };
    private static readonly UnitOfWorkOptions EarlyOptions = new() { AdoptSettings = true };

    /// <summary>[UnitOfWork] as a call: commits when the body returns, rolls back when it throws or its result means failure.</summary>
    /// <param name="body">What to run.</param>
    /// <param name="options">The settings. Default: join the open unit or open one.</param>
    /// <param name="cancellationToken">Where it is cancelled before the body starts, nothing runs. Give it to what the body calls.</param>
    /// <exception cref="UnitOfWorkDoomedException">The body returned, but the unit could not be committed.</exception>
    public static Task RunAsync(Func<Task> body, UnitOfWorkOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);

        return CallRunner.RunAsync(Request(body, options), new TaskBody(body)).AsTask();
    }

    /// <inheritdoc cref="RunAsync(Func{Task}, UnitOfWorkOptions?, CancellationToken)"/>
    public static Task<T> RunAsync<T>(Func<Task<T>> body, UnitOfWorkOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);

        return CallRunner.RunAsync<TaskBody<T>, T>(Request(body, options), new TaskBody<T>(body)).AsTask();
    }

    /// <inheritdoc cref="RunAsync(Func{Task}, UnitOfWorkOptions?, CancellationToken)"/>
    public static void Run(Action body, UnitOfWorkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        CallRunner.Run<ActionBody, Nothing>(Request(body, options), new ActionBody(body));
    }

    /// <inheritdoc cref="RunAsync(Func{Task}, UnitOfWorkOptions?, CancellationToken)"/>
    /// <exception cref="ArgumentException">The body returns something to await, which would be awaited after the commit.</exception>
    public static T Run<T>(Func<T> body, UnitOfWorkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        EnsureNotAwaitable<T>("Tx.RunAsync");
        return CallRunner.Run<FuncBody<T>, T>(Request(body, options), new FuncBody<T>(body));
    }

    /// <summary>[NewContext] as a call: a unit of its own, whatever is open around it.</summary>
    /// <inheritdoc cref="RunAsync(Func{Task}, UnitOfWorkOptions?, CancellationToken)"/>
    public static Task RunInNewContextAsync(Func<Task> body, CancellationToken cancellationToken = default)
        => RunAsync(body, NewContextOptions, cancellationToken);

    /// <inheritdoc cref="RunInNewContextAsync(Func{Task}, CancellationToken)"/>
    public static Task<T> RunInNewContextAsync<T>(Func<Task<T>> body, CancellationToken cancellationToken = default)
        => RunAsync(body, NewContextOptions, cancellationToken);

    /// <inheritdoc cref="RunInNewContextAsync(Func{Task}, CancellationToken)"/>
    public static void RunInNewContext(Action body) => Run(body, NewContextOptions);

    /// <inheritdoc cref="RunInNewContextAsync(Func{Task}, CancellationToken)"/>
    public static T RunInNewContext<T>(Func<T> body) => Run(body, NewContextOptions);

    /// <summary>
    /// Opens a unit, or joins the open one, until the scope is disposed; for middleware and workers that cannot pass a delegate.
    /// </summary>
    /// <remarks>
    /// Complete the scope before you dispose it; a scope that is only disposed rolls back, or dooms the unit it joined. Opened without
    /// options, and as long as it has sent nothing, the unit takes over the settings of the first call that joins it
    /// (<see cref="UnitOfWorkOptions.AdoptSettings"/>). A scope is never repeated.
    /// </remarks>
    /// <exception cref="NotSupportedException">The propagation is Nested, which a scope cannot begin synchronously.</exception>
    public static TxScope Open(UnitOfWorkOptions? options = null) => Open(AmbientUnit.Options, options);

    /// <summary>The same under the options of one container, rather than those of the process.</summary>
    /// <inheritdoc cref="Open(UnitOfWorkOptions?)"/>
    public static TxScope Open(TxAspectsOptions container, UnitOfWorkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(container);
        return new TxScope(new CallRequest(container, options ?? EarlyOptions, new CallName(options?.Name ?? "Tx.Open")));
    }

    private static CallRequest Request(Delegate body, UnitOfWorkOptions? options)
        => new(AmbientUnit.Options, options ?? UnitOfWorkOptions.Default,
            options?.Name is { } name ? new CallName(name) : new CallName(body));

    private static void EnsureNotAwaitable<T>(string asynchronousTwin)
    {
        if (typeof(T).IsAwaitable())
            throw new ArgumentException($"The body returns {typeof(T).Name}, which would be awaited after the commit. Use " +
                                        $"{asynchronousTwin}.");
    }
}
