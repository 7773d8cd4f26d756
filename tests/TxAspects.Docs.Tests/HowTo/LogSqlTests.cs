using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TxAspects.Docs.Tests.Notes;

namespace TxAspects.Docs.Tests.HowTo;

/// <summary>docs/how-to/log-sql.md</summary>
[TestClass]
[DoNotParallelize]
public sealed class LogSqlTests : NotesTests
{
    [TestMethod]
    public async Task Commands_are_written_to_the_console()
    {
        var connectionString = ConnectionString;
        var written = new StringWriter();
        var console = Console.Out;
        Console.SetOut(written);
        try
        {
            await using var notes = PostgresConnect.Create<NotesContext>(connectionString, new()
            {
                Name = "notes",
                ConfigureContext = options => options.LogTo(Console.WriteLine, [RelationalEventId.CommandExecuted]),
            });

            await Tx.RunAsync(() => new NoteService(notes).WriteAsync("hello"));
        }
        finally
        {
            Console.SetOut(console);
        }

        StringAssert.Contains(written.ToString(), "INSERT INTO \"Notes\"");
        Assert.IsFalse(written.ToString().Contains("hello", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Driver_also_tells_of_the_commit()
    {
        var log = new ListLoggerProvider();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug));
        services.AddTxConnect("notes", request => PostgresConnect.Create(request, new PostgresConnectOptions<NotesContext>
        {
            ConfigureDataSource = source => source.UseLoggerFactory(request.Services.GetRequiredService<ILoggerFactory>()),
        }), ConnectionString);
        services.AddScoped<INoteService, NoteService>();
        services.AddTxAspects();
        await using var provider = services.BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();

        await scope.ServiceProvider.GetRequiredService<INoteService>().WriteAsync("hello");

        Assert.IsTrue(log.Lines.Any(line => line.StartsWith("Microsoft.EntityFrameworkCore.Database.Command", StringComparison.Ordinal)));
        Assert.Contains("Npgsql.Command: Executing batch: [SAVEPOINT txaspects_commit, COMMIT]", log.Lines);
    }
}
