using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TxAspects.Neighbours.Tests.Cap.Killed;

/// <summary>Runs <see cref="VictimProgram"/> in a process of its own.</summary>
internal sealed class Victim : IDisposable
{
    private readonly Process _process;

    private Victim(Process process) => _process = process;

    public static Victim Start(string connectionString, string broker, KillPoint point)
    {
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        var assembly = typeof(VictimProgram).Assembly.Location;
        return new Victim(Process.Start(new ProcessStartInfo(dotnet, [assembly, connectionString, broker, $"{point}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_TieredPGO"] = "0" },
        })!);
    }

    public async Task WaitUntilItIsThereAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == VictimProgram.Here)
                return;
        }

        Assert.Fail("The process ended before it was killed.");
    }

    /// <summary>What <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        Assert.IsFalse(_process.HasExited, "The process ended by itself.");
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
