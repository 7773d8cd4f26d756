using DotNetCore.CAP;
using DotNetCore.CAP.Internal;
using DotNetCore.CAP.Transport;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Neighbours.Tests.Cap.Redis;

/// <summary>What a package with a transport registers.</summary>
internal sealed class RedisExtension(string address) : ICapOptionsExtension
{
    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton(new CapMessageQueueMakerService("Redis"));
        services.AddSingleton(_ => new RedisBroker(address));
        services.AddSingleton<SendSteps>();
        services.AddSingleton<ITransport, RedisTransport>();
        services.AddSingleton<IConsumerClientFactory, RedisConsumerClientFactory>();
    }
}
