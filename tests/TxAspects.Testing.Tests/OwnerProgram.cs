using System.Runtime.InteropServices;

namespace TxAspects.Testing.Tests;

/// <summary>A process that owns a server, for tests that end it: arguments are a mode and the folder for the data.</summary>
internal static class OwnerProgram
{
    public static async Task<int> Main(string[] arguments)
    {
        var server = await TemporaryPostgres.StartAsync(new TemporaryPostgresOptions { DataFolder = arguments[1] });
        await Console.Out.WriteLineAsync(server.ConnectionString);
        switch (arguments[0])
        {
            case "leave":
                return 0;
            case "survive-interrupt":
                await AnswerAfterInterruptAsync(server);
                return 0;
            default:
                await Console.In.ReadLineAsync(); // Ends with the test process too.
                return 0;
        }
    }

    private static async Task AnswerAfterInterruptAsync(TemporaryPostgres server)
    {
        var interrupted = new TaskCompletionSource();
        using var registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            interrupted.TrySetResult();
        });
        await Console.Out.WriteLineAsync("listening");
        await interrupted.Task;

        // Time for the signal to have reached the server, had it been in reach.
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        await Console.Out.WriteLineAsync(await Sql.ScalarAsync<string>(server.ConnectionString, "SELECT 'still here'"));
        await server.DisposeAsync();
    }
}
