using Microsoft.EntityFrameworkCore;
using TxAspects.Docs.Tests.Notes;

namespace TxAspects.Docs.Tests.HowTo.Retries;

public interface IRenaming
{
    [UnitOfWork(MaxRetries = 3)]
    Task RenameAsync(int first, int second, string text);
}

public sealed class Renaming(DbConnect<NotesContext> notes) : IRenaming
{
    public async Task RenameAsync(int first, int second, string text)
    {
        var db = await Tx.SessionAsync(notes);
        foreach (var id in (int[])[first, second])
            await db.Notes.Where(note => note.Id == id).ExecuteUpdateAsync(set => set.SetProperty(note => note.Text, text));
    }
}
