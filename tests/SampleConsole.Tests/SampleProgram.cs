using System.Diagnostics;
using System.Text;
using TxAspects.Testing;

namespace SampleConsole.Tests;

/// <summary>The real program as a child process with its output piped.</summary>
internal sealed class SampleProgram : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _written = new();    // lock on it
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private SampleProgram(Process process)
    {
        _process = process;
        _output = ReadAsync(process.StandardOutput);
        _error = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public static SampleProgram Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "sample-console.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[PostgresServer.ConnectionVariable] = TestRun.Server.ConnectionString;
        return new SampleProgram(Process.Start(start)!);
    }

    public static async Task<SampleResult> RunAsync(params string[] arguments)
    {
        using var program = Start(arguments);
        return await program.EndAsync();
    }

    public async Task<SampleResult> EndAsync()
    {
        await _process.WaitForExitAsync();
        return new SampleResult(_process.ExitCode, await _output, await _error);
    }

    /// <summary>Waits until the program has written something.</summary>
    public async Task WaitForAsync(string text)
    {
        while (!_output.IsCompleted)
        {
            lock (_written)
            {
                if (_written.ToString().Contains(text, StringComparison.Ordinal))
                    return;
            }

            await Task.Delay(20);
        }

        Assert.Fail($"The program ended without '{text}': {await _output}{await _error}");
    }

    /// <summary>kill -9.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Ctrl-C.</summary>
    public async Task InterruptAsync()
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -s INT {Id}"]);
        await kill.WaitForExitAsync();
    }

    private async Task<string> ReadAsync(StreamReader output)
    {
        var buffer = new char[4096];
        while (await output.ReadAsync(buffer) is > 0 and var count)
        {
            lock (_written)
                _written.Append(buffer, 0, count);
        }

        return _written.ToString();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
