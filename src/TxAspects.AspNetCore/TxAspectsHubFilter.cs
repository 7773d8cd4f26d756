using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.AspNetCore.Hubs;
using TxAspects.Units.Scopes;

namespace TxAspects;

/// <summary>
/// Runs each call of a hub method in a unit of work of its own: commits when it returns, rolls back when it throws or its result means
/// failure.
/// </summary>
/// <remarks>
/// [UnitOfWork] on the hub or its method sets it up. Connecting and disconnecting have no unit, and neither has a method that streams to
/// its client: use
/// <see cref="Tx.RunAsync(Func{Task}, UnitOfWorkOptions?, CancellationToken)"/> there.
/// </remarks>
public sealed class TxAspectsHubFilter : IHubFilter
{
    private readonly ConcurrentDictionary<MethodInfo, UnitOfWorkOptions> _settings = new();

    /// <inheritdoc/>
    /// <exception cref="TxAspectsConfigurationException">The method's attribute asks for what a hub cannot give, such as
    /// MaxRetries.</exception>
    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        ArgumentNullException.ThrowIfNull(invocationContext);
        ArgumentNullException.ThrowIfNull(next);
        var settings = _settings.GetOrAdd(invocationContext.HubMethod, static method => HubSettings.Of(method));
        var container = invocationContext.ServiceProvider.GetService<TxAspectsOptions>();
        var aborted = invocationContext.Context.ConnectionAborted;
        var scope = container is null ? Tx.Open(settings, aborted) : Tx.Open(container, settings, aborted);
        await using var left = scope.ConfigureAwait(false);
        if (scope.Unit is { } unit)
            UnitSurroundings.Set(unit, new HubCallSurroundings(invocationContext));
        object? result;
        try
        {
            result = await next(invocationContext).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await scope.FailAsync(exception).ConfigureAwait(false);
            throw;
        }

        await scope.CompleteAsync<object?>(result).ConfigureAwait(false);
        return result;
    }
}
