using SampleIdentity.Data;

namespace SampleIdentity.Letters;

/// <inheritdoc/>
public sealed class LetterService(ClubContext db) : ILetterService
{
    public async Task WriteAsync(string memberId, string text)
    {
        db.Letters.Add(new Letter { MemberId = memberId, Text = text });
        await db.SaveChangesAsync();
    }
}
