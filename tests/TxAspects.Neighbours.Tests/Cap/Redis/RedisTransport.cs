using DotNetCore.CAP;
using DotNetCore.CAP.Internal;
using DotNetCore.CAP.Messages;
using DotNetCore.CAP.Transport;
using StackExchange.Redis;

namespace TxAspects.Neighbours.Tests.Cap.Redis;

/// <summary>CAP's way to the broker.</summary>
internal sealed class RedisTransport(RedisBroker broker, SendSteps steps) : ITransport
{
    public BrokerAddress BrokerAddress => new("redis", broker.Address);

    public async Task<OperateResult> SendAsync(TransportMessage message)
    {
        try
        {
            await steps.BeforeAsync();
            await broker.SendAsync(message);
            await steps.AfterAsync();
            return OperateResult.Success;
        }
        catch (RedisException failure)
        {
            return OperateResult.Failed(new PublisherSentFailedException(failure.Message, failure));
        }
    }
}
