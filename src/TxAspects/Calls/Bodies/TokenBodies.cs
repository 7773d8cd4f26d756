namespace TxAspects.Calls.Bodies;

/// <summary>A body that takes the token of the unit in which it runs, and of its own caller.</summary>
internal readonly struct TokenBody(Func<CancellationToken, Task> body, CancellationToken caller) : IAsyncCallBody
{
    public ValueTask InvokeAsync() => new(BodyToken.Of(caller, out var token) ? body(token) : RunAsync(body, token, caller));

    private static async Task RunAsync(Func<CancellationToken, Task> body, CancellationToken unit, CancellationToken caller)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(unit, caller);
        await body(both.Token).ConfigureAwait(false);
    }
}

/// <inheritdoc cref="TokenBody"/>
internal readonly struct TokenBody<T>(Func<CancellationToken, Task<T>> body, CancellationToken caller) : IAsyncCallBody<T>
{
    public ValueTask<T> InvokeAsync() => new(BodyToken.Of(caller, out var token) ? body(token) : RunAsync(body, token, caller));

    private static async Task<T> RunAsync(Func<CancellationToken, Task<T>> body, CancellationToken unit, CancellationToken caller)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(unit, caller);
        return await body(both.Token).ConfigureAwait(false);
    }
}
