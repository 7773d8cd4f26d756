using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using TxAspects.Testing;

namespace SampleWeb.Tests;

/// <summary>The program itself, as a child process.</summary>
[TestClass]
public sealed class ProgramTests
{
    [TestMethod]
    public async Task Ctrl_C_ends_the_program_and_drops_its_database()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Needs signals.");
        var before = await DatabasesAsync();
        using var program = Start("--port", "0");
        var address = await program.AddressAsync();
        using (var http = new HttpClient())
        {
            StringAssert.Contains(await http.GetStringAsync(address), "<title>TxAspects");

            // Somebody who listens must not keep it from ending.
            using var listening = await http.GetAsync($"{address}/events", HttpCompletionOption.ResponseHeadersRead);
            using var kill = Process.Start("/bin/sh", ["-c", $"kill -s INT {program.Id}"]);
            await program.WaitForExitAsync();
        }

        Assert.AreEqual(0, program.ExitCode, await program.StandardError.ReadToEndAsync());
        Assert.IsEmpty((await DatabasesAsync()).Except(before));
    }

    [TestMethod]
    public async Task Port_that_is_taken_is_one_line_and_2()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var (code, output, error) = await EndAsync(Start("--port", port.ToString(CultureInfo.InvariantCulture)));

        Assert.AreEqual((2, ""), (code, output));
        Assert.AreEqual($"The port {port} is taken by another program. Choose another one with --port, or 0 for any that is free.",
            error.Trim());
    }

    [TestMethod]
    [DataRow("--port")]
    [DataRow("--port", "70000")]
    [DataRow("--pool", "0")]
    [DataRow("--unknown")]
    public async Task Wrong_option_is_a_line_with_the_usage_and_2(params string[] arguments)
    {
        var (code, _, error) = await EndAsync(Start(arguments));

        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "Usage: sample-web");
    }

    private static Process Start(params string[] arguments) => SampleProgram.Start(TestRun.Server, arguments);

    private static async Task<(int Code, string Output, string Error)> EndAsync(Process program)
    {
        using (program)
        {
            var output = program.StandardOutput.ReadToEndAsync();
            var error = await program.StandardError.ReadToEndAsync();
            await program.WaitForExitAsync();
            return (program.ExitCode, await output, error);
        }
    }

    private static async Task<List<string>> DatabasesAsync()
    {
        await using var connection = new NpgsqlConnection(TestRun.Server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT datname FROM pg_database", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
            names.Add(reader.GetString(0));
        return names;
    }
}
