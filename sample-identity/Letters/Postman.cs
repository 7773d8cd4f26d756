using Microsoft.EntityFrameworkCore;
using SampleIdentity.Data;

namespace SampleIdentity.Letters;

/// <inheritdoc/>
public sealed class Postman(IRepository<Letter> letters, IRepository<Delivery> deliveries) : IPostman
{
    public async Task DeliverAsync()
    {
        foreach (var letter in await letters.Query.Where(letter => !letter.IsSent).OrderBy(letter => letter.Id).ToListAsync())
        {
            letter.IsSent = true;
            await letters.UpdateAsync(letter);
            await deliveries.AddAsync(new Delivery { LetterId = letter.Id });
        }
    }
}
