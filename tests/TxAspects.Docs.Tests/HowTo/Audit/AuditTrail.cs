using TxAspects.Docs.Tests.Notes;

namespace TxAspects.Docs.Tests.HowTo.Audit;

[NewContext]
public interface IAuditTrail
{
    Task NoteAsync(string text);
}

public sealed class AuditTrail(DbConnect<NotesContext> notes) : IAuditTrail
{
    public async Task NoteAsync(string text)
    {
        var db = await Tx.SessionAsync(notes);
        db.Notes.Add(new Note { Text = text });
    }
}

public sealed class CarefulNoteService(DbConnect<NotesContext> notes, IAuditTrail audit) : INoteService
{
    public async Task WriteAsync(string text)
    {
        await audit.NoteAsync($"somebody writes {text}");

        var db = await Tx.SessionAsync(notes);
        db.Notes.Add(new Note { Text = text });
        if (text.Length > 100)
            throw new ArgumentException("The text is too long.", nameof(text));
    }
}
