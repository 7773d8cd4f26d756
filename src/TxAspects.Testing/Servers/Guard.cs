using System.Collections.Concurrent;
using System.Diagnostics;

namespace TxAspects.Testing.Servers;

/// <summary>The small process that runs the server and stops it when this process closes a pipe, however that comes about.</summary>
internal sealed class Guard : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // A collected guard would close its pipe under a server that is still in use.
    private static readonly ConcurrentDictionary<Guard, bool> Alive = new();

    private readonly Process _process;

    private Guard(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

    public static Guard Start(RunFolder run, PostgresBinaries binaries, ServerUser user)
    {
        var script = Path.Combine(run.Folder, OperatingSystem.IsWindows() ? "guard.ps1" : "guard.sh");
        Extract(script);

        var start = ChildProcess.Describe(OperatingSystem.IsWindows()
            ? ["powershell.exe", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-File", script,
                run.Folder, binaries.Folder]
            : [.. Detached(), "/bin/sh", script, run.Folder, user.Owner ?? "", .. user.ServerPrefix, binaries.Postgres, "-D", run.Data]);
        if (OperatingSystem.IsWindows())
            start.CreateNewProcessGroup = true;

        var guard = new Guard(Process.Start(start)!);
        Alive.TryAdd(guard, true);
        return guard;
    }

    public async Task StopAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        ClosePipe();
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }
        Dispose();
    }

    public void Stop()
    {
        ClosePipe();
        if (!_process.WaitForExit(Patience))
            _process.Kill(entireProcessTree: true);
        Dispose();
    }

    public void Dispose()
    {
        Alive.TryRemove(this, out _);
        _process.Dispose();
    }

    private void ClosePipe()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The guard is gone already.
        }
    }

    // A session of its own keeps the terminal's Ctrl-C from the server; where there is no setsid the script has another way.
    private static string[] Detached()
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "setsid")))
            ? ["setsid"]
            : [];

    private static void Extract(string script)
    {
        using var source = typeof(Guard).Assembly.GetManifestResourceStream(Path.GetFileName(script))!;
        using var target = File.Create(script);
        source.CopyTo(target);
    }
}
