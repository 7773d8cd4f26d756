namespace TxAspects.Tests;

/// <summary>What a method can return.</summary>
public enum Kind
{
    Void,
    Value,
    Task,
    TaskOf,
    ValueTask,
    ValueTaskOf,
    Stream,
}

public static class Kinds
{
    public static readonly Kind[] Synchronous = [Kind.Void, Kind.Value];

    public static readonly Kind[] Asynchronous = [Kind.Task, Kind.TaskOf, Kind.ValueTask, Kind.ValueTaskOf, Kind.Stream];

    /// <summary>Calls the synchronous method of a kind, and checks what it returns.</summary>
    public static void Call(this IKinds kinds, Kind kind, Action body)
    {
        if (kind is Kind.Void)
            kinds.Void(body);
        else
            Assert.AreEqual(7, kinds.Value(body));
    }

    /// <summary>
    /// Calls the asynchronous method of a kind, and checks what it returns.
    /// Not an async method, so that what the call leaves behind for its caller can be seen.
    /// </summary>
    public static Task CallAsync(this IKinds kinds, Kind kind, Func<Task> body) => kind switch
    {
        Kind.Task => kinds.TaskAsync(body),
        Kind.TaskOf => ReturnsSevenAsync(kinds.TaskOfAsync(body)),
        Kind.ValueTask => kinds.ValueTaskAsync(body).AsTask(),
        Kind.ValueTaskOf => ReturnsSevenAsync(kinds.ValueTaskOfAsync(body).AsTask()),
        Kind.Stream => YieldsSevenAsync(kinds.StreamAsync(body).GetAsyncEnumerator()),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static async Task ReturnsSevenAsync(Task<int> call) => Assert.AreEqual(7, await call);

    private static Task YieldsSevenAsync(IAsyncEnumerator<int> sequence)
    {
        // The first step is taken here, and not in an async method, for the reason given above.
        var first = sequence.MoveNextAsync();
        return RestAsync();

        async Task RestAsync()
        {
            await using var _ = sequence;
            Assert.IsTrue(await first);
            Assert.AreEqual(7, sequence.Current);
            Assert.IsFalse(await sequence.MoveNextAsync());
        }
    }
}
