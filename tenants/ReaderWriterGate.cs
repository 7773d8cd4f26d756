namespace TxAspects.Tenants;

/// <summary>Many work at a time, or one alone.</summary>
internal sealed class ReaderWriterGate(int places)
{
    private readonly SemaphoreSlim _places = new(places);

    public async Task SharedAsync(Func<Task> work)
    {
        await _places.WaitAsync();
        try
        {
            await work();
        }
        finally
        {
            _places.Release();
        }
    }

    public async Task AloneAsync(Func<Task> work)
    {
        for (var taken = 0; taken < places; taken++)
            await _places.WaitAsync();
        try
        {
            await work();
        }
        finally
        {
            _places.Release(places);
        }
    }
}
