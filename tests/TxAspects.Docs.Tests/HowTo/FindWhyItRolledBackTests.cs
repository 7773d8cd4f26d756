using Autofac;
using TxAspects.Docs.Tests.Notes;

namespace TxAspects.Docs.Tests.HowTo;

/// <summary>docs/how-to/find-why-it-rolled-back.md</summary>
[TestClass]
[DoNotParallelize]
public sealed class FindWhyItRolledBackTests : NotesTests
{
    [TestMethod]
    public async Task Outcome_tells_who_and_why()
    {
        var written = new StringWriter();
        var console = Console.Out;
        Console.SetOut(written);
        try
        {
            var builder = new ContainerBuilder();
            builder.RegisterModule(new TxAspectsModule(options => options.OnEnded = outcome =>
            {
                if (outcome.State != UnitOfWorkState.Committed)
                    Console.WriteLine($"{outcome.Name}: {outcome.State}. {outcome.Reason} {outcome.Cause}");
            }));
            builder.RegisterInstance(PostgresConnect.Create<NotesContext>(ConnectionString, "notes"));
            builder.RegisterType<RefusingService>().As<INoteService>();
            await using var container = builder.Build();

            await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => container.Resolve<INoteService>().WriteAsync("hello"));
        }
        finally
        {
            Console.SetOut(console);
        }

        StringAssert.Contains(written.ToString(), "RefusingService.WriteAsync: RolledBack.");
        StringAssert.Contains(written.ToString(), "InvalidOperationException: The paper is full.");
        Assert.AreEqual("", await TextsAsync());
    }

    [TestMethod]
    public async Task Reason_of_a_doomed_unit_can_be_asked_inside_it()
    {
        await using var notes = PostgresConnect.Create<NotesContext>(ConnectionString, "notes");
        string? reason = null;

        await Tx.RunAsync(async () =>
        {
            await new NoteService(notes).WriteAsync("hello");
            Tx.SetRollbackOnly("the customer left");
            var unit = Tx.Current!;
            Tx.OnRolledBack(() => reason = unit.Outcome!.Reason);
        });

        StringAssert.Contains(reason, "the customer left");
    }

    private sealed class RefusingService(DbConnect<NotesContext> notes) : INoteService
    {
        public async Task WriteAsync(string text)
        {
            await new NoteService(notes).WriteAsync(text);
            throw new InvalidOperationException("The paper is full.");
        }
    }
}
