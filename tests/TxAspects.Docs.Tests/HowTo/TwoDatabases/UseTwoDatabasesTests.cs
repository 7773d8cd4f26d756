using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Docs.Tests.Notes;
using TxAspects.Testing;

namespace TxAspects.Docs.Tests.HowTo.TwoDatabases;

/// <summary>docs/how-to/use-two-databases.md</summary>
[TestClass]
public sealed class UseTwoDatabasesTests : NotesTests
{
    [TestMethod]
    public async Task Note_moves_from_one_database_to_the_other()
    {
        await using var second = await TemporaryDatabase.CreateAsync(Server.Current);
        var notesDatabase = ConnectionString;
        var archiveDatabase = second.ConnectionString;

        var services = new ServiceCollection();
        services.AddTxConnect("notes", PostgresConnect.Create<NotesContext>, notesDatabase);
        services.AddTxConnect("archive", PostgresConnect.Create<ArchiveContext>, archiveDatabase);
        services.AddSingleton<IArchivist, Archivist>();
        services.AddSingleton<INoteService, NoteService>();
        services.AddTxAspects();
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<DbConnect<ArchiveContext>>().EnsureCreatedAsync();
        await provider.GetRequiredService<INoteService>().WriteAsync("hello");
        await provider.GetRequiredService<IArchivist>().ArchiveAsync("hello");

        Assert.AreEqual("", await TextsAsync());
        await using var db = await Tx.NewSessionAsync(provider.GetRequiredService<DbConnect<ArchiveContext>>());
        Assert.AreEqual("hello", (await db.Notes.SingleAsync()).Text);
    }

    [TestMethod]
    public async Task Two_phases_commit_both_or_none()
    {
        await using var server = await TemporaryPostgres.StartAsync(
            new TemporaryPostgresOptions { Settings = { ["max_prepared_transactions"] = "20" } });
        await using var first = await TemporaryDatabase.CreateAsync(server);
        await using var second = await TemporaryDatabase.CreateAsync(server);

        await using var notes = PostgresConnect.Create<NotesContext>(
            first.ConnectionString, new() { Name = "notes", TwoPhase = new PostgresTwoPhase() });
        await using var archive = PostgresConnect.Create<ArchiveContext>(
            second.ConnectionString, new() { Name = "archive", TwoPhase = new PostgresTwoPhase() });
        await Decisions.CreateAsync(notes);
        await Decisions.CreateAsync(archive);
        await Tx.RunAsync(() => new NoteService(notes).WriteAsync("hello"));

        await Tx.RunAsync(
            () => new Archivist(notes, archive).ArchiveAsync("hello"),
            new UnitOfWorkOptions { CommitMode = CommitMode.TwoPhase });

        await using var db = await Tx.NewSessionAsync(archive);
        Assert.AreEqual("hello", (await db.Notes.SingleAsync()).Text);
    }
}
