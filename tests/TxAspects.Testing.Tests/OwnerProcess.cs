using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TxAspects.Testing.Tests;

/// <summary>Runs <see cref="OwnerProgram"/> in a process, and a process group, of its own.</summary>
internal sealed class OwnerProcess : IDisposable
{
    private readonly Process _process;

    private OwnerProcess(Process process, string connectionString) => (_process, ConnectionString) = (process, connectionString);

    public static string Dotnet => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    public string ConnectionString { get; }

    public int Id => _process.Id;

    public static async Task<OwnerProcess> StartAsync(string mode, string data, string? programs = null, params string[] prefix)
    {
        var assembly = Path.Combine(programs ?? AppContext.BaseDirectory, "TxAspects.Testing.Tests.dll");
        string[] command = [.. OwnGroup(), .. prefix, Dotnet, assembly, mode, data];
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetPathRoot(AppContext.BaseDirectory),
        })!;

        var connectionString = await process.StandardOutput.ReadLineAsync();
        Assert.IsNotNull(connectionString, "The owner process ended before its server was up.");
        return new OwnerProcess(process, connectionString);
    }

    public Task SignalAsync(string signal) => Command.SignalAsync(signal, Id);

    /// <summary>What a terminal does at Ctrl-C: the signal goes to every process of the group.</summary>
    public Task PressControlCAsync() => Command.SignalAsync("INT", -Id);

    public async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync();

    public async Task<int> WaitForExitAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    // A run in the background of a script has SIGINT ignored, and children inherit that.
    private static string[] OwnGroup() => OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "setsid"] : [];
}
