using System.Collections.Concurrent;
using System.Diagnostics;
using TxAspects.Testing.Servers.Folders;

namespace TxAspects.Testing.Servers.Processes;

/// <summary>The small process that runs the server and stops it when this process closes a pipe, however that comes about.</summary>
/// <remarks>
/// All that is asked of the server goes through that pipe, so that this process neither reads the data folder nor signals by a number:
/// where it is root, the folder belongs to another account, which may have put anything there.
/// </remarks>
internal sealed class Guard : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // A collected guard would close its pipe under a server that is still in use.
    private static readonly ConcurrentDictionary<Guard, bool> Alive = new();

    private readonly Process _process;

    private Guard(Process process) => _process = process;

    public static Guard Start(RunFolder run, PostgresBinaries binaries, ServerUser user)
    {
        var start = ChildProcess.Describe(OperatingSystem.IsWindows() ? OnWindows(run, binaries) : Detached([
            "/bin/sh", "-c", Read("guard.sh"), "guard", run.Folder, user.Owner ?? "",
            .. user.Prefix, "/bin/sh", "-c", Read("keeper.sh"), "keeper", run.Data,
            .. user.Tie, binaries.Postgres, "-D", run.Data]));
        if (OperatingSystem.IsWindows())
            start.CreateNewProcessGroup = true;

        var guard = new Guard(Process.Start(start)!);
        Alive.TryAdd(guard, true);
        return guard;
    }

    /// <summary>Whether the server accepts connections; null when it has ended.</summary>
    public async Task<bool?> IsReadyAsync(CancellationToken cancellationToken)
    {
        if (Order("ask") && await _process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } answer)
            return answer == "ready";

        // Its log is whole only now.
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>Ends the server with <c>kill -9</c> and waits for its end.</summary>
    public void Kill()
    {
        if (Order("kill"))
            WaitForExit();
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
        WaitForExit();
        Dispose();
    }

    public void Dispose()
    {
        Alive.TryRemove(this, out _);
        _process.Dispose();
    }

    private void WaitForExit()
    {
        if (!_process.WaitForExit(Patience))
            _process.Kill(entireProcessTree: true);
    }

    private bool Order(string order)
    {
        try
        {
            _process.StandardInput.Write(order + '\n');
            return true;
        }
        catch (IOException)
        {
            return false; // The guard is gone, and its server with it.
        }
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
    private static string[] Detached(string[] command)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "setsid")))
            ? ["setsid", .. command]
            : command;

    private static string[] OnWindows(RunFolder run, PostgresBinaries binaries)
    {
        var script = Path.Combine(run.Folder, "guard.ps1");
        File.WriteAllText(script, Read("guard.ps1"));
        return
        [
            "powershell.exe", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-File", script, run.Folder, binaries.Folder,
        ];
    }

    private static string Read(string script)
    {
        using var reader = new StreamReader(typeof(Guard).Assembly.GetManifestResourceStream(script)!);
        return reader.ReadToEnd();
    }
}
