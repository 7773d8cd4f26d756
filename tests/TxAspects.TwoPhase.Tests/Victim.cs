using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TxAspects.TwoPhase.Tests;

/// <summary>Runs <see cref="VictimProgram"/> in a process of its own, and keeps what it promised.</summary>
internal sealed class Victim : IDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource _working = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Guid> _promised = [];
    private readonly Task _reading;

    private Victim(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>The units that have returned; complete when it is dead.</summary>
    public IReadOnlyCollection<Guid> Promised => _promised;

    public static Victim Start(string first, string second, int workers)
    {
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        var assembly = typeof(VictimProgram).Assembly.Location;
        return new Victim(Process.Start(new ProcessStartInfo(dotnet, [assembly, first, second, $"{workers}"])
        {
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_TieredPGO"] = "0" },
        })!);
    }

    /// <summary>Returns when its first unit has returned.</summary>
    public async Task WaitUntilItWorksAsync()
    {
        await Task.WhenAny(_working.Task, _reading);
        Assert.IsTrue(_working.Task.IsCompleted, "The process ended before its first unit had returned.");
    }

    public async Task WaitUntilItIsDeadAsync()
    {
        await _process.WaitForExitAsync();
        await _reading;
    }

    /// <summary>What <c>kill -9</c> does.</summary>
    public void Kill()
    {
        Assert.IsFalse(_process.HasExited, "The process ended by itself.");
        _process.Kill();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        // Whole lines only: the last one may have been cut.
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Guid.TryParseExact(line, "d", out var id))
                _promised.Add(id);
            _working.TrySetResult();
        }
    }
}
