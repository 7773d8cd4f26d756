using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TxAspects.Neighbours.Tests.Cap.Redis;

/// <summary>A Redis on loopback that keeps nothing on the disk. It ends with the test process, also when that is killed.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Account = "nobody";

    private readonly Process _process;

    private RedisServer(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The program on this machine, or null.</summary>
    public static string? Find()
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/bin")
            .Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists);

    public static async Task<RedisServer> StartAsync()
    {
        var program = Find();
        if (program is null)
            Assert.Inconclusive("No Redis was found, so nothing is sent to a broker. Install the package 'redis-server'.");
        var port = FindPort();
        var server = new RedisServer(Process.Start(Command(program, port))!, port);
        await server.WaitUntilReadyAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // The shell stays and ends it when its input closes, which is when this process does.
    private static ProcessStartInfo Command(string program, int port)
    {
        string[] command =
        [
            "sh", "-c", "\"$@\" </dev/null >/dev/null & read _; kill $!", "sh", program, "--bind", "127.0.0.1",
            "--port", port.ToString(CultureInfo.InvariantCulture), "--save", "", "--appendonly", "no", "--dir", "/",
        ];
        if (Environment.IsPrivilegedProcess)
            command = ["setpriv", $"--reuid={Account}", "--regid=nogroup", "--clear-groups", .. command];

        var start = new ProcessStartInfo(command[0]) { UseShellExecute = false, RedirectStandardInput = true };
        foreach (var argument in command[1..])
            start.ArgumentList.Add(argument);

        // What this process was given, such as a CI's tokens, is not a broker's to know.
        var path = Environment.GetEnvironmentVariable("PATH");
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        return start;
    }

    private async Task WaitUntilReadyAsync()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            Assert.IsFalse(_process.HasExited, "Redis did not start.");
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(10);
            }
        }

        Assert.Fail("Redis did not listen in time.");
    }

    private static int FindPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
