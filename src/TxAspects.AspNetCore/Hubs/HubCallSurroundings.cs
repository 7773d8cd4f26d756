using Microsoft.AspNetCore.SignalR;
using TxAspects.Units.Scopes;

namespace TxAspects.AspNetCore.Hubs;

/// <summary>The scope of one call of a hub.</summary>
internal sealed class HubCallSurroundings(HubInvocationContext call) : IUnitSurroundings
{
    public IServiceProvider Services => call.ServiceProvider;
}
