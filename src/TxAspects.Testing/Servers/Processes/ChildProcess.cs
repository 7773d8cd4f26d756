using System.Diagnostics;
using System.Globalization;

namespace TxAspects.Testing.Servers.Processes;

/// <summary>Runs a program to its end and keeps what it wrote. The program gets a minimal environment.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Where programs and their libraries are. Whatever else this process was given, such as a CI's tokens, is not a server's to know.
    private static readonly string[] Inherited = OperatingSystem.IsWindows()
        ? ["SystemRoot", "SystemDrive", "windir", "ComSpec", "PATH", "PATHEXT", "TEMP", "TMP"]
        : ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];

    public static ProcessStartInfo Describe(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            // All three, because the runtime hands a console's settings to a child that shares one of them.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // The caller's folder may be closed to the user the server runs as.
            WorkingDirectory = OperatingSystem.IsWindows() ? Environment.SystemDirectory : "/",
        };
        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);

        start.Environment.Clear();
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                start.Environment[name] = value;
        }

        // Messages in English and in one encoding; macOS also needs a valid locale here.
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    /// <summary>Runs a program as the caller.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
        => RunAsync([], command, cancellationToken);

    /// <summary>Runs a program behind a prefix that may change the account.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyList<string> prefix, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        using var process = Process.Start(Describe([.. prefix, .. command]))!;
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return (process.ExitCode, await output.ConfigureAwait(false) + await errors.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process, prefix).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs a program whose output is short, and returns its exit code.</summary>
    public static int Run(IReadOnlyList<string> command)
    {
        using var process = Process.Start(Describe(command))!;
        process.StandardInput.Close();
        process.WaitForExit();
        return process.ExitCode;
    }

    // Politely first: an 'initdb' that is killed leaves shared memory behind. As its own account, which can signal nobody else's processes.
    private static async Task EndAsync(Process process, IReadOnlyList<string> prefix)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            if (!OperatingSystem.IsWindows() && !process.HasExited)
            {
                var id = process.Id.ToString(CultureInfo.InvariantCulture);
                using var kill = Process.Start(Describe([.. prefix, "/bin/sh", "-c", "kill -s TERM \"$0\"", id]))!;
                await kill.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            }

            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The last lines of a text.</summary>
    public static string Tail(string text)
    {
        const int Lines = 10;
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return string.Join(Environment.NewLine, lines.TakeLast(Lines));
    }
}
