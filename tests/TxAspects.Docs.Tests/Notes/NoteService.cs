namespace TxAspects.Docs.Tests.Notes;

public sealed class NoteService(DbConnect<NotesContext> notes) : INoteService
{
    public async Task WriteAsync(string text)
    {
        var db = await Tx.SessionAsync(notes);
        db.Notes.Add(new Note { Text = text });
    }
}
