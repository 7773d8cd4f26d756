namespace TxAspects.Tests;

/// <summary>Every return kind and no attribute.</summary>
public sealed class PlainKinds : IKinds
{
    public void Void(Action body) => body();

    public int Value(Action body)
    {
        body();
        return 7;
    }

    public Task TaskAsync(Func<Task> body) => body();

    public async Task<int> TaskOfAsync(Func<Task> body)
    {
        await body();
        return 7;
    }

    public async ValueTask ValueTaskAsync(Func<Task> body) => await body();

    public async ValueTask<int> ValueTaskOfAsync(Func<Task> body)
    {
        await body();
        return 7;
    }

    public async IAsyncEnumerable<int> StreamAsync(Func<Task> body)
    {
        await body();
        yield return 7;
    }
}
