using System.Diagnostics;
using System.Text.RegularExpressions;
using TxAspects.Testing;

namespace SampleWeb.Tests;

/// <summary>The program as a child process.</summary>
internal static partial class SampleProgram
{
    /// <summary>Starts it.</summary>
    /// <param name="server">The server on which it makes its database.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Process Start(PostgresServer server, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "sample-web.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[PostgresServer.ConnectionVariable] = server.ConnectionString;
        return Process.Start(start)!;
    }

    /// <summary>Where it is open, as soon as it says so.</summary>
    public static async Task<string> AddressAsync(this Process program)
    {
        var line = await program.StandardOutput.ReadLineAsync();
        var match = Address().Match(line ?? "");
        Assert.IsTrue(match.Success, line);
        return match.Value;
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
