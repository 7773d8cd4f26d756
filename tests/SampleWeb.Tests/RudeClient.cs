using System.Net.Sockets;
using System.Text;

namespace SampleWeb.Tests;

/// <summary>A client that leaves without a word, or hardly reads.</summary>
internal sealed class RudeClient : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true, ReceiveBufferSize = 8192 };

    /// <summary>Sends a request, and hears the answer in its own way or not at all.</summary>
    public static async Task<RudeClient> AskAsync(Uri shop, string method, string path, string json = "")
    {
        var client = new RudeClient();
        await client._client.ConnectAsync(shop.Host, shop.Port);
        var request = $"{method} {path} HTTP/1.1\r\nHost: {shop.Authority}\r\nConnection: close\r\nContent-Type: application/json\r\n" +
                      $"Content-Length: {json.Length}\r\n\r\n{json}";
        await client._client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        return client;
    }

    /// <summary>Is gone after a moment, wherever the server is then.</summary>
    public async Task LeaveAsync(TimeSpan moment)
    {
        await Task.Delay(moment);
        _client.Client.LingerState = new LingerOption(true, 0);
        _client.Close();
    }

    /// <summary>Takes a sip at a time, and tells whether the answer was whole.</summary>
    public async Task<bool> ReadSlowlyAsync(TimeSpan pause)
    {
        var sip = new byte[16384];
        var end = "";
        while (await _client.GetStream().ReadAsync(sip) is var count and > 0)
        {
            end = (end + Encoding.ASCII.GetString(sip, Math.Max(0, count - 5), Math.Min(5, count)))[^Math.Min(5, end.Length + count)..];
            await Task.Delay(pause);
        }

        return end == "0\r\n\r\n";
    }

    public void Dispose() => _client.Dispose();
}
