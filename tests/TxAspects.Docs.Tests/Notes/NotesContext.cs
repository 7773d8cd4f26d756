using Microsoft.EntityFrameworkCore;

namespace TxAspects.Docs.Tests.Notes;

public sealed class NotesContext(DbContextOptions<NotesContext> options) : DbContext(options)
{
    public DbSet<Note> Notes => Set<Note>();
}
