using Microsoft.EntityFrameworkCore;
using TxAspects.Testing;

namespace TxAspects.Docs.Tests.Notes;

/// <summary>A database with the table of the tutorial for each test.</summary>
public abstract class NotesTests
{
    private TemporaryDatabase? _database;

    protected string ConnectionString => _database!.ConnectionString;

    [TestInitialize]
    public async Task CreateAsync()
    {
        _database = await TemporaryDatabase.CreateAsync(Server.Current);
        await using var notes = PostgresConnect.Create<NotesContext>(ConnectionString);
        if (HasTable)
            await notes.EnsureCreatedAsync();
    }

    [TestCleanup]
    public async Task DropAsync()
    {
        Assert.IsFalse(Tx.IsOpen);
        await _database!.DisposeAsync();
    }

    /// <summary>False where the test creates the table.</summary>
    protected virtual bool HasTable => true;

    protected async Task<string> TextsAsync()
    {
        await using var notes = PostgresConnect.Create<NotesContext>(ConnectionString, "reader");
        await using var db = await Tx.NewSessionAsync(notes);
        return string.Join(", ", await db.Notes.OrderBy(note => note.Id).Select(note => note.Text).ToListAsync());
    }
}
