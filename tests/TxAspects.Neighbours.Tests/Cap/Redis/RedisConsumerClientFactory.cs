using DotNetCore.CAP.Transport;

namespace TxAspects.Neighbours.Tests.Cap.Redis;

internal sealed class RedisConsumerClientFactory(RedisBroker broker) : IConsumerClientFactory
{
    public Task<IConsumerClient> CreateAsync(string groupName, byte groupConcurrent)
        => Task.FromResult<IConsumerClient>(new RedisConsumerClient(broker, groupName));
}
