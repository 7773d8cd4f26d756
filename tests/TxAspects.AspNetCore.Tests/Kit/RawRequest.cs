using System.Net.Sockets;
using System.Text;

namespace TxAspects.AspNetCore.Tests;

/// <summary>A request over a socket of the test's own, which reads no more than it is asked to.</summary>
public sealed class RawRequest : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true, ReceiveBufferSize = 16384 };

    private NetworkStream Stream => _client.GetStream();

    public static async Task<RawRequest> ConnectAsync(Uri address)
    {
        var request = new RawRequest();
        await request._client.ConnectAsync(address.Host, address.Port);
        return request;
    }

    public static async Task<RawRequest> SendAsync(Uri address, string path, string headers = "", string method = "GET")
    {
        var request = await ConnectAsync(address);
        await request.SendAsync(path, headers, method);
        return request;
    }

    public async Task SendAsync(string path, string headers = "", string method = "GET")
        => await Stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: test\r\n{headers}\r\n"));

    /// <summary>One byte, or null where the server closed the connection in order.</summary>
    public async Task<byte?> ReadByteAsync()
    {
        var buffer = new byte[1];
        return await Stream.ReadAsync(buffer) == 1 ? buffer[0] : null;
    }

    /// <summary>What comes until a text has come.</summary>
    public async Task<string> ReadUntilAsync(string end)
    {
        var text = new StringBuilder();
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
            text.Append((char)(await ReadByteAsync() ?? throw new EndOfStreamException(text.ToString())));
        return text.ToString();
    }

    /// <summary>What comes until the server closes or cuts the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var text = new StringBuilder();
        try
        {
            while (await ReadByteAsync() is { } one)
                text.Append((char)one);
        }
        catch (IOException)
        {
        }

        return text.ToString();
    }

    /// <summary>Closes the connection hard, as a client does that is gone.</summary>
    public void Abort()
    {
        _client.Client.LingerState = new LingerOption(true, 0);
        _client.Dispose();
    }

    public void Dispose() => _client.Dispose();
}
