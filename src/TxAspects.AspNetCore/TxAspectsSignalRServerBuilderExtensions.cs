using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects;

/// <summary>Switches units of work on for hubs.</summary>
public static class TxAspectsSignalRServerBuilderExtensions
{
    /// <summary>Runs each call of a hub method in a unit of work of its own. See <see cref="TxAspectsHubFilter"/>.</summary>
    public static ISignalRServerBuilder AddTxAspects(this ISignalRServerBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure<HubOptions>(options => options.AddFilter(new TxAspectsHubFilter()));
        return builder;
    }
}
