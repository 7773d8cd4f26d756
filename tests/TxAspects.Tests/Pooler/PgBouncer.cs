using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>A PgBouncer in transaction mode in front of a server, for every database of it.</summary>
/// <remarks>It ends with the test process, also when that is killed.</remarks>
public sealed class PgBouncer : IAsyncDisposable
{
    private const string Account = "postgres";

    private readonly Process _process;
    private readonly string _folder;

    private PgBouncer(Process process, string folder, int port) => (_process, _folder, Port) = (process, folder, port);

    public int Port { get; }

    /// <summary>The program on this machine, or null.</summary>
    public static string? Find()
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, "pgbouncer")).FirstOrDefault(File.Exists);

    public static async Task<PgBouncer> StartAsync(string connectionString)
    {
        var program = Find() ?? throw new InvalidOperationException("PgBouncer is not installed. Install the package 'pgbouncer'.");
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var folder = Directory.CreateTempSubdirectory("txaspects-pgbouncer-").FullName;
        var port = FindPort();
        var settings = Path.Combine(folder, "pgbouncer.ini");
        var users = Path.Combine(folder, "users.txt");
        await File.WriteAllTextAsync(users, $"\"{server.Username}\" \"{server.Password}\"\n");
        await File.WriteAllTextAsync(settings, $"""
            [databases]
            * = host={server.Host} port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port.ToString(CultureInfo.InvariantCulture)}
            unix_socket_dir =
            auth_type = {(string.IsNullOrEmpty(server.Password) ? "any" : "scram-sha-256")}
            auth_file = {users}
            pool_mode = transaction
            default_pool_size = 20
            max_client_conn = 2000
            server_idle_timeout = 5
            server_login_retry = 1
            ignore_startup_parameters = extra_float_digits
            pidfile =
            """);
        LetRead(folder, settings, users);
        var bouncer = new PgBouncer(Process.Start(Command(program, settings))!, folder, port);
        await bouncer.WaitUntilReadyAsync();
        return bouncer;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // It refuses to run as root, like the server, and so runs as the server's account. That may read what it needs; the files stay root's.
    private static void LetRead(string folder, params string[] files)
    {
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
            return;

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.SetUnixFileMode(folder, Owner | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        foreach (var file in files)
        {
            using var group = Process.Start("chgrp", [Account, file]);
            group.WaitForExit();
            File.SetUnixFileMode(file, Owner | UnixFileMode.GroupRead);
        }
    }

    // The shell stays and ends it when its input closes, which is when this process does.
    private static ProcessStartInfo Command(string program, string settings)
    {
        string[] command = ["sh", "-c", "\"$@\" </dev/null & read _; kill $!", "sh", program, "-q", settings];
        if (Environment.IsPrivilegedProcess)
            command = ["setpriv", $"--reuid={Account}", $"--regid={Account}", "--init-groups", .. command];

        var start = new ProcessStartInfo(command[0]) { UseShellExecute = false, RedirectStandardInput = true };
        foreach (var argument in command[1..])
            start.ArgumentList.Add(argument);

        // What this process was given, such as a CI's tokens, is not a pooler's to know.
        var path = Environment.GetEnvironmentVariable("PATH");
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        return start;
    }

    private async Task WaitUntilReadyAsync()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            if (_process.HasExited)
                throw new InvalidOperationException("PgBouncer did not start.");

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

        throw new InvalidOperationException("PgBouncer did not listen in time.");
    }

    private static int FindPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
