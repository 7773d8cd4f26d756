namespace TxAspects.Calls.Bodies;

internal readonly struct ActionBody(Action body) : ICallBody<Nothing>
{
    public Nothing Invoke()
    {
        body();
        return default;
    }
}

internal readonly struct FuncBody<T>(Func<T> body) : ICallBody<T>
{
    public T Invoke() => body();
}

internal readonly struct TaskBody(Func<Task> body) : IAsyncCallBody
{
    public ValueTask InvokeAsync() => new(body());
}

/// <summary>Gives a body without a value the shape of one with a value.</summary>
internal readonly struct WithoutValue<TBody>(TBody body) : IAsyncCallBody<Nothing>
    where TBody : struct, IAsyncCallBody
{
    public async ValueTask<Nothing> InvokeAsync()
    {
        await body.InvokeAsync().ConfigureAwait(false);
        return default;
    }
}

internal readonly struct TaskBody<T>(Func<Task<T>> body) : IAsyncCallBody<T>
{
    public ValueTask<T> InvokeAsync() => new(body());
}
