namespace TxAspects.Tests;

/// <summary>Every return kind on virtual methods, registered as itself.</summary>
[UnitOfWork]
public class SubclassedKinds : IKinds
{
    public virtual void Void(Action body) => body();

    public virtual int Value(Action body)
    {
        body();
        return 7;
    }

    public virtual Task TaskAsync(Func<Task> body) => body();

    public virtual async Task<int> TaskOfAsync(Func<Task> body)
    {
        await body();
        return 7;
    }

    public virtual async ValueTask ValueTaskAsync(Func<Task> body) => await body();

    public virtual async ValueTask<int> ValueTaskOfAsync(Func<Task> body)
    {
        await body();
        return 7;
    }

    public virtual async IAsyncEnumerable<int> StreamAsync(Func<Task> body)
    {
        await body();
        yield return 7;
    }
}
