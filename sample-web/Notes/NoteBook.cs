using SampleWeb.Database;
using TxAspects;

namespace SampleWeb.Notes;

/// <inheritdoc/>
public sealed class NoteBook : INotes
{
    public async Task AddAsync(string text)
    {
        var db = await Tx.SessionAsync(Shop.Master);
        db.Notes.Add(new Note { Text = text });
    }
}
