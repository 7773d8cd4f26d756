using System.Diagnostics;

namespace TxAspects.Testing.Tests;

internal static class Command
{
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.AreEqual(0, process.ExitCode, $"'{program}' failed.");
        return output;
    }

    public static Task SignalAsync(string signal, int target)
        => RunAsync("/bin/sh", "-c", $"kill -s {signal} -- {target}");
}
