using System.Data.Common;
using Autofac;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TxAspects.Docs.Tests.Notes;

namespace TxAspects.Docs.Tests.HowTo.Retries;

/// <summary>docs/how-to/retry-on-deadlock.md</summary>
[TestClass]
public sealed class RetryOnDeadlockTests : NotesTests
{
    [TestMethod]
    public async Task Unit_that_loses_a_deadlock_is_repeated()
    {
        var meeting = new Meeting();
        await using var notes = PostgresConnect.Create<NotesContext>(
            ConnectionString, new() { Name = "notes", ConfigureContext = options => options.AddInterceptors(meeting) });
        foreach (var text in (string[])["one", "two"])
            await Tx.RunAsync(() => new NoteService(notes).WriteAsync(text));
        var attempts = new List<int>();
        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule(options =>
        {
            options.RetryDelay = TimeSpan.FromMilliseconds(50);
            options.OnEnded = outcome =>
            {
                lock (attempts)
                    attempts.Add(outcome.Attempt);
            };
        }));
        builder.RegisterInstance(notes).ExternallyOwned();
        builder.RegisterType<Renaming>().As<IRenaming>();
        await using var container = builder.Build();
        var renaming = container.Resolve<IRenaming>();

        await Task.WhenAll(renaming.RenameAsync(1, 2, "blue"), renaming.RenameAsync(2, 1, "green"));

        Assert.Contains(2, attempts);
        Assert.IsTrue(await TextsAsync() is "blue, blue" or "green, green");
    }

    /// <summary>Lets the first two updates wait for each other, so that each unit holds one row and wants the other one.</summary>
    private sealed class Meeting : DbCommandInterceptor
    {
        private readonly TaskCompletionSource _both = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _come;

        public override async ValueTask<int> NonQueryExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            if (Interlocked.Increment(ref _come) == 2)
                _both.SetResult();
            await _both.Task;
            return result;
        }
    }
}
