using System.Net;
using System.Net.Sockets;

namespace TxAspects.Testing.Servers.Processes;

/// <summary>Picks a port that was free a moment ago.</summary>
internal static class LoopbackPort
{
    public const string Host = "127.0.0.1";

    // Below what systems hand out to outgoing connections, and odd: a client that retries a dead even port can meet itself.
    private const int Lowest = 20001;
    private const int Highest = 32767;

    public static int Pick()
    {
        while (true)
        {
            var port = Random.Shared.Next(Lowest / 2, (Highest + 1) / 2) * 2 + 1;
            if (IsFree(port))
                return port;
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
