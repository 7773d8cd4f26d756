using Microsoft.EntityFrameworkCore;
using TxAspects.Docs.Tests.Notes;

namespace TxAspects.Docs.Tests.HowTo.TwoDatabases;

public sealed class ArchivedNote
{
    public int Id { get; init; }

    public required string Text { get; set; }
}

public sealed class ArchiveContext(DbContextOptions<ArchiveContext> options) : DbContext(options)
{
    public DbSet<ArchivedNote> Notes => Set<ArchivedNote>();
}

public interface IArchivist
{
    [UnitOfWork]
    Task ArchiveAsync(string text);
}

public sealed class Archivist(DbConnect<NotesContext> notes, DbConnect<ArchiveContext> archive) : IArchivist
{
    public async Task ArchiveAsync(string text)
    {
        var from = await Tx.SessionAsync(notes);
        var to = await Tx.SessionAsync(archive);
        var note = await from.Notes.SingleAsync(note => note.Text == text);
        from.Notes.Remove(note);
        to.Notes.Add(new ArchivedNote { Text = note.Text });
    }
}
