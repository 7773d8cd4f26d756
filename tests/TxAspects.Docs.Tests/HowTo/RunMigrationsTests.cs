using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Docs.Tests.Notes;

namespace TxAspects.Docs.Tests.HowTo;

/// <summary>docs/how-to/run-migrations.md</summary>
[TestClass]
public sealed class RunMigrationsTests : NotesTests
{
    protected override bool HasTable => false;

    [TestMethod]
    public async Task Connect_applies_what_is_pending_once()
    {
        await using var notes = PostgresConnect.Create<NotesContext>(ConnectionString, "notes");

        await notes.MigrateAsync();

        await notes.MigrateAsync();
        await Tx.RunAsync(() => new NoteService(notes).WriteAsync("hello"));
        Assert.AreEqual("hello", await TextsAsync());
    }

    [TestMethod]
    public async Task Connect_comes_from_the_container()
    {
        var services = new ServiceCollection();
        services.AddTxConnect("notes", PostgresConnect.Create<NotesContext>, ConnectionString);
        await using var provider = services.BuildServiceProvider();
        var app = new { Services = (IServiceProvider)provider };

        await app.Services.GetRequiredService<DbConnect<NotesContext>>().MigrateAsync();

        Assert.AreEqual("", await TextsAsync());
    }

    [TestMethod]
    public async Task Session_is_refused_with_the_call_to_use()
    {
        await using var notes = PostgresConnect.Create<NotesContext>(ConnectionString, "notes");

        var refusal = await Assert.ThrowsExactlyAsync<SessionException>(
            () => Tx.RunAsync(async () => await (await Tx.SessionAsync(notes)).Database.MigrateAsync()));

        StringAssert.Contains(refusal.Message, "MigrateAsync");
    }
}
