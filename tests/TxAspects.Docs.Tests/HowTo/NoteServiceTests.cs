using Microsoft.EntityFrameworkCore;
using TxAspects.Docs.Tests.Notes;
using TxAspects.Testing;

namespace TxAspects.Docs.Tests.HowTo;

[TestClass]
public sealed class NoteServiceTests
{
    private static PostgresServer _server = null!;
    private static TestTemplate _template = null!;
    private static TestDatabase _database = null!;
    private static DbConnect<NotesContext> _notes = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _server = await PostgresServer.FindOrStartAsync();
        _template = await TestTemplate.CreateAsync(_server, async connectionString =>
        {
            await using var notes = PostgresConnect.Create<NotesContext>(connectionString);
            await notes.MigrateAsync();
        });
        _database = await _template.CreateDatabaseAsync();
        _notes = PostgresConnect.Create<NotesContext>(_database.ConnectionString, "notes");
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await _notes.DisposeAsync();
        await _database.DisposeAsync();
        await _template.DisposeAsync();
        await _server.DisposeAsync();
    }

    [TestMethod]
    public async Task Note_is_written()
    {
        await using var test = await TransactionalTest.BeginAsync(_notes);

        await Tx.RunAsync(() => new NoteService(_notes).WriteAsync("hello"));

        Assert.AreEqual("hello", (await test.Session(_notes).Notes.SingleAsync()).Text);
    }

    [TestMethod]
    public async Task Next_test_finds_an_empty_table()
    {
        await using var test = await TransactionalTest.BeginAsync(_notes);

        Assert.AreEqual(0, await test.Session(_notes).Notes.CountAsync());
    }
}
