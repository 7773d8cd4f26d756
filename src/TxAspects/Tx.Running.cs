using System.Runtime.CompilerServices;
using TxAspects.Calls;
using TxAspects.Calls.Bodies;
using TxAspects.Units;
using TxAspects.Units.Ambient;

namespace TxAspects;

/// <content>Units of work as calls.</content>
public static partial class Tx
{
    // The priorities choose the overload without a token where both would fit, such as for a method group or 'delegate { ... }'.
    private static readonly UnitOfWorkOptions NewContextOptions = new() { Propagation = Propagation.RequiresNew };
    private static readonly UnitOfWorkOptions EarlyOptions = new() { AdoptSettings = true };

    /// <summary>[UnitOfWork] as a call: commits when the body returns, rolls back when it throws or its result means failure.</summary>
    /// <param name="body">What to run.</param>
    /// <param name="options">The settings. Default: join the open unit or open one.</param>
    /// <param name="cancellationToken">Where it is cancelled before the body starts, nothing runs. A unit that the call opens has it in its
    /// <see cref="ITxUnit.CancellationToken"/>. It never cancels the commit.</param>
    /// <exception cref="UnitOfWorkDoomedException">The body returned, but the unit could not be committed.</exception>
    [OverloadResolutionPriority(1)]
    public static Task RunAsync(Func<Task> body, UnitOfWorkOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);

        return CallRunner.RunAsync(Request(body, options, cancellationToken), new TaskBody(body)).AsTask();
    }

    /// <inheritdoc cref="RunAsync(Func{Task}, UnitOfWorkOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public static Task<T> RunAsync<T>(Func<Task<T>> body, UnitOfWorkOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);

        return CallRunner.RunAsync<TaskBody<T>, T>(Request(body, options, cancellationToken), new TaskBody<T>(body)).AsTask();
    }

    /// <summary>
    /// The same with a token for the body: it is cancelled at the deadline of the unit or of this call, and with the token given here.
    /// </summary>
    /// <remarks>What the body throws then reaches the caller as it is; a body that returns nevertheless is not committed late.</remarks>
    /// <inheritdoc cref="RunAsync(Func{Task}, UnitOfWorkOptions?, CancellationToken)"/>
    public static Task RunAsync(
        Func<CancellationToken, Task> body, UnitOfWorkOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);

        return CallRunner.RunAsync(Request(body, options, cancellationToken), new TokenBody(body, cancellationToken)).AsTask();
    }

    /// <inheritdoc cref="RunAsync(Func{CancellationToken, Task}, UnitOfWorkOptions?, CancellationToken)"/>
    public static Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> body, UnitOfWorkOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);

        return CallRunner.RunAsync<TokenBody<T>, T>(Request(body, options, cancellationToken), new TokenBody<T>(body, cancellationToken))
            .AsTask();
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
    /// <param name="body">What to run.</param>
    /// <param name="options">The settings. Their propagation is left out, or <see cref="Propagation.RequiresNew"/>.</param>
    /// <param name="cancellationToken">Where it is cancelled before the body starts, nothing runs. The unit has it in its
    /// <see cref="ITxUnit.CancellationToken"/>. It never cancels the commit.</param>
    /// <exception cref="ArgumentException">The options have another propagation.</exception>
    /// <exception cref="UnitOfWorkDoomedException">The body returned, but the unit could not be committed.</exception>
    [OverloadResolutionPriority(1)]
    public static Task RunInNewContextAsync(
        Func<Task> body, UnitOfWorkOptions? options = null, CancellationToken cancellationToken = default)
        => RunAsync(body, InNewContext(options, "Tx.RunInNewContextAsync"), cancellationToken);

    /// <inheritdoc cref="RunInNewContextAsync(Func{Task}, UnitOfWorkOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public static Task<T> RunInNewContextAsync<T>(
        Func<Task<T>> body, UnitOfWorkOptions? options = null, CancellationToken cancellationToken = default)
        => RunAsync(body, InNewContext(options, "Tx.RunInNewContextAsync"), cancellationToken);

    /// <summary>The same with a token for the body, which is cancelled at the unit's deadline and with the token given here.</summary>
    /// <inheritdoc cref="RunInNewContextAsync(Func{Task}, UnitOfWorkOptions?, CancellationToken)"/>
    public static Task RunInNewContextAsync(
        Func<CancellationToken, Task> body, UnitOfWorkOptions? options = null, CancellationToken cancellationToken = default)
        => RunAsync(body, InNewContext(options, "Tx.RunInNewContextAsync"), cancellationToken);

    /// <inheritdoc cref="RunInNewContextAsync(Func{CancellationToken, Task}, UnitOfWorkOptions?, CancellationToken)"/>
    public static Task<T> RunInNewContextAsync<T>(
        Func<CancellationToken, Task<T>> body, UnitOfWorkOptions? options = null, CancellationToken cancellationToken = default)
        => RunAsync(body, InNewContext(options, "Tx.RunInNewContextAsync"), cancellationToken);

    /// <inheritdoc cref="RunInNewContextAsync(Func{Task}, UnitOfWorkOptions?, CancellationToken)"/>
    public static void RunInNewContext(Action body, UnitOfWorkOptions? options = null)
        => Run(body, InNewContext(options, "Tx.RunInNewContext"));

    /// <inheritdoc cref="RunInNewContextAsync(Func{Task}, UnitOfWorkOptions?, CancellationToken)"/>
    /// <exception cref="ArgumentException">The body returns something to await, which would be awaited after the commit.</exception>
    public static T RunInNewContext<T>(Func<T> body, UnitOfWorkOptions? options = null)
        => Run(body, InNewContext(options, "Tx.RunInNewContext"));

    /// <summary>
    /// Opens a unit, or joins the open one, until the scope is disposed; for middleware and workers that cannot pass a delegate.
    /// </summary>
    /// <remarks>
    /// Complete the scope before you dispose it; a scope that is only disposed rolls back, or dooms the unit it joined. Opened without
    /// options, and as long as it has sent nothing, the unit takes over the settings of the first call that joins it
    /// (<see cref="UnitOfWorkOptions.AdoptSettings"/>). A scope is never repeated.
    /// </remarks>
    /// <param name="options">The settings. Default: join the open unit or open one.</param>
    /// <param name="cancellationToken">A unit that the scope opens has it in its <see cref="ITxUnit.CancellationToken"/>. Nothing else
    /// heeds it: not the opening, and not the commit.</param>
    /// <exception cref="NotSupportedException">The propagation is Nested, which a scope cannot begin synchronously.</exception>
    public static TxScope Open(UnitOfWorkOptions? options = null, CancellationToken cancellationToken = default)
        => Open(AmbientUnit.Options, options, cancellationToken);

    /// <summary>The same under the options of one container, rather than those of the process.</summary>
    /// <inheritdoc cref="Open(UnitOfWorkOptions?, CancellationToken)"/>
    public static TxScope Open(TxAspectsOptions container, UnitOfWorkOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(container);
        return new TxScope(
            new CallRequest(container, options ?? EarlyOptions, new CallName(options?.Name ?? "Tx.Open"), cancellationToken));
    }

    private static CallRequest Request(Delegate body, UnitOfWorkOptions? options, CancellationToken caller = default)
        => new(AmbientUnit.Options, options ?? UnitOfWorkOptions.Default,
            options?.Name is { } name ? new CallName(name) : new CallName(body), caller);

    private static UnitOfWorkOptions InNewContext(UnitOfWorkOptions? options, string call) => options?.Propagation switch
    {
        null => NewContextOptions,
        Propagation.RequiresNew => options,
        Propagation.Required => options with { Propagation = Propagation.RequiresNew },
        var other => throw new ArgumentException(
            $"'{call}' opens a unit of work of its own, but its options ask for Propagation.{other}. Leave the propagation out, or use " +
            $"{call.Replace("InNewContext", "", StringComparison.Ordinal)}.", nameof(options)),
    };

    private static void EnsureNotAwaitable<T>(string asynchronousTwin)
    {
        if (typeof(T).IsAwaitable())
            throw new ArgumentException($"The body returns {typeof(T).Name}, which would be awaited after the commit. Use " +
                                        $"{asynchronousTwin}.");
    }
}
