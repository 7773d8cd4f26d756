using Autofac;

namespace TxAspects.Docs.Tests.Notes;

/// <summary>Step 3 of docs/getting-started.md.</summary>
[TestClass]
public sealed class TutorialTests : NotesTests
{
    public interface IDiary
    {
        [UnitOfWork]
        Task KeepAsync(bool fail);
    }

    [TestMethod]
    public async Task Caller_gets_the_exception_and_the_row_is_not_there()
    {
        await using var container = Build();

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => container.Resolve<INoteService>().WriteAsync(""));

        Assert.AreEqual("", await TextsAsync());
    }

    [TestMethod]
    public async Task Row_of_a_call_that_joined_is_gone_with_the_unit()
    {
        await using var container = Build();
        var diary = container.Resolve<IDiary>();

        await Assert.ThrowsExactlyAsync<TimeoutException>(() => diary.KeepAsync(fail: true));
        await diary.KeepAsync(fail: false);

        Assert.AreEqual("today", await TextsAsync());
    }

    private IContainer Build()
    {
        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule());
        builder.AddTxConnect("notes", PostgresConnect.Create<NotesContext>, ConnectionString);
        builder.RegisterType<ThrowingNoteService>().As<INoteService>();
        builder.RegisterType<Diary>().As<IDiary>();
        return builder.Build();
    }

    private sealed class ThrowingNoteService(DbConnect<NotesContext> notes) : INoteService
    {
        public async Task WriteAsync(string text)
        {
            await new NoteService(notes).WriteAsync(text);
            if (text.Length == 0)
                throw new InvalidOperationException("There is nothing to write.");
        }
    }

    private sealed class Diary(INoteService notes) : IDiary
    {
        public async Task KeepAsync(bool fail)
        {
            await notes.WriteAsync("today");
            if (fail)
                throw new TimeoutException("The day is over.");
        }
    }
}
