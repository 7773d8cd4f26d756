using DotNetCore.CAP.Messages;
using DotNetCore.CAP.Transport;
using StackExchange.Redis;

namespace TxAspects.Neighbours.Tests.Cap.Redis;

/// <summary>CAP's way from the broker: a consumer group that takes one message after the other.</summary>
internal sealed class RedisConsumerClient(RedisBroker broker, string group) : IConsumerClient
{
    private string[] _topics = [];

    public BrokerAddress BrokerAddress => new("redis", broker.Address);

    public Func<TransportMessage, object?, Task>? OnMessageCallback { get; set; }

    public Action<LogMessageEventArgs>? OnLogCallback { get; set; }

    public async Task SubscribeAsync(IEnumerable<string> topics)
    {
        _topics = topics.ToArray();
        foreach (var topic in _topics)
            await broker.Database.StreamCreateConsumerGroupAsync(topic, group, StreamPosition.Beginning);
    }

    public async Task ListeningAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var topic in _topics)
            {
                foreach (var entry in await broker.Database.StreamReadGroupAsync(topic, group, "consumer", StreamPosition.NewMessages))
                    await OnMessageCallback!(RedisBroker.Read(entry, group), (topic, entry.Id));
            }

            await Task.Delay(10, cancellationToken);
        }
    }

    public Task CommitAsync(object? sender)
    {
        var (topic, id) = ((string, RedisValue))sender!;
        return broker.Database.StreamAcknowledgeAsync(topic, group, id);
    }

    // It stays pending in its group.
    public Task RejectAsync(object? sender) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
