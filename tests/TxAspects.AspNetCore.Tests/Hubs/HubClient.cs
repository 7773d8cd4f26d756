using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace TxAspects.AspNetCore.Tests;

/// <summary>As much of a client for hubs as the tests need: web socket, JSON, one call at a time.</summary>
public sealed class HubClient : IDisposable
{
    private const char End = '\u001e';

    private readonly ClientWebSocket _socket = new();
    private readonly Queue<string> _received = new();

    public static async Task<HubClient> ConnectAsync(Uri address, string path)
    {
        var client = new HubClient();
        await client._socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = path }.Uri, default);
        await client.SendTextAsync("""{"protocol":"json","version":1}""");
        await client.ReceiveAsync();
        return client;
    }

    /// <summary>The last message of a call: its result, or its error; items of a stream are before it.</summary>
    public async Task<(string Items, string? Error)> InvokeAsync(string method, bool stream = false)
    {
        await SendAsync(method, stream ? 4 : 1);
        var items = new List<string>();
        while (true)
        {
            var message = JsonDocument.Parse(await ReceiveAsync()).RootElement;
            switch (message.GetProperty("type").GetInt32())
            {
                case 2: items.Add(message.GetProperty("item").ToString()); break;
                case 3:
                    if (message.TryGetProperty("result", out var result))
                        items.Add(result.ToString());
                    return (string.Join(',', items), message.TryGetProperty("error", out var error) ? error.GetString() : null);
            }
        }
    }

    /// <summary>Sends a call and does not wait for it.</summary>
    public Task SendAsync(string method, int type = 1)
        => SendTextAsync($$"""{"type":{{type}},"invocationId":"1","target":"{{method}}","arguments":[]}""");

    public void Dispose() => _socket.Dispose();

    private Task SendTextAsync(string message)
        => _socket.SendAsync(Encoding.UTF8.GetBytes(message + End), WebSocketMessageType.Text, endOfMessage: true, default);

    private async Task<string> ReceiveAsync()
    {
        while (_received.Count == 0)
        {
            var buffer = new byte[8192];
            var received = await _socket.ReceiveAsync(buffer, default);
            foreach (var message in Encoding.UTF8.GetString(buffer, 0, received.Count).Split(End, StringSplitOptions.RemoveEmptyEntries))
                _received.Enqueue(message);
        }

        return _received.Dequeue();
    }
}
