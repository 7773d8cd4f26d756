using System.Text.Json;
using DotNetCore.CAP.Messages;
using StackExchange.Redis;

namespace TxAspects.Neighbours.Tests.Cap.Redis;

/// <summary>Messages of CAP in streams of Redis, one for each topic.</summary>
internal sealed class RedisBroker(string address) : IAsyncDisposable
{
    private readonly Lazy<ConnectionMultiplexer> _connection = new(() => ConnectionMultiplexer.Connect(address));

    public string Address => address;

    public IDatabase Database => _connection.Value.GetDatabase();

    public Task SendAsync(TransportMessage message) => Database.StreamAddAsync(
        message.GetName(), [new("headers", JsonSerializer.Serialize(message.Headers)), new("body", message.Body.ToArray())]);

    public static TransportMessage Read(StreamEntry entry, string group)
    {
        var headers = JsonSerializer.Deserialize<Dictionary<string, string?>>(entry["headers"].ToString())!;
        headers[Headers.Group] = group;
        return new TransportMessage(headers, (byte[]?)entry["body"]);
    }

    /// <summary>The bodies of all messages that were ever sent to a topic.</summary>
    public async Task<string[]> BodiesAsync(string topic)
        => (await Database.StreamRangeAsync(topic)).Select(entry => entry["body"].ToString()).ToArray();

    public ValueTask DisposeAsync() => _connection.IsValueCreated ? _connection.Value.DisposeAsync() : ValueTask.CompletedTask;
}
