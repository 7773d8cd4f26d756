using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests.GettingStarted;

public sealed class Note
{
    public int Id { get; init; }

    public required string Text { get; init; }
}

public sealed class NotesContext(DbContextOptions<NotesContext> options) : DbContext(options)
{
    public DbSet<Note> Notes => Set<Note>();
}

public interface INoteService
{
    [UnitOfWork]
    Task WriteAsync(string text);
}

public sealed class NoteService(DbConnect<NotesContext> notes) : INoteService
{
    public async Task WriteAsync(string text)
    {
        var db = await Tx.SessionAsync(notes);
        db.Notes.Add(new Note { Text = text });
    }
}
