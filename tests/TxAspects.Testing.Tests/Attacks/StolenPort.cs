using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TxAspects.Testing.Tests.Attacks;

/// <summary>Listens where a server was, and asks whoever connects for the password in clear.</summary>
internal sealed class StolenPort : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task<string> _heard;

    public StolenPort()
    {
        _listener.Start();
        _heard = AskAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Task<string> HeardAsync() => _heard;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _heard;
    }

    private async Task<string> AskAsync()
    {
        // AuthenticationCleartextPassword
        byte[] question = [(byte)'R', 0, 0, 0, 8, 0, 0, 0, 3];
        using var client = await _listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var heard = new byte[4096];
        var count = await stream.ReadAsync(heard);
        await stream.WriteAsync(question);
        while (count < heard.Length && await ReadAsync(stream, heard.AsMemory(count)) is var more and > 0)
            count += more;
        return Encoding.Latin1.GetString(heard, 0, count);
    }

    private static async Task<int> ReadAsync(NetworkStream stream, Memory<byte> buffer)
    {
        try
        {
            return await stream.ReadAsync(buffer);
        }
        catch (IOException)
        {
            return 0; // The client hung up.
        }
    }
}
