using System.Globalization;

namespace TxAspects.Tests;

[UnitOfWork]
public sealed class ProxiedSignatures : ISignatures
{
    public Guid ValueType(Guid value) => value;

    public int? Nothing() => null;

    public string? NoText() => null;

    public Task<string?> NoTextAsync() => Task.FromResult<string?>(null);

    public ValueTask<string?> NoTextInValueTaskAsync() => default;

    public T Get<T>(T value) => value;

    public Task<T> GetAsync<T>(T value) => Task.FromResult(value);

    public async IAsyncEnumerable<T> StreamAsync<T>(T value)
    {
        await Task.Yield();
        yield return value;
    }

    public bool TryParse(string text, out int number, ref string log, in int factor)
    {
        log += text;
        number = int.Parse(text, CultureInfo.InvariantCulture) * factor;
        return Tx.IsOpen;
    }

    public Task<CancellationToken> TokenAsync(CancellationToken cancellationToken = default) => Task.FromResult(cancellationToken);

    public Task<string> DefaultsAsync(string first, int second = 5, string third = "c") => Task.FromResult($"{first}{second}{third}");

    public Task<int> ManyAsync(params int[] numbers) => Task.FromResult(numbers.Sum());

    public Task ThrowBeforeAwaitAsync(Exception exception) => throw exception;

    public Task NullTaskAsync(Action body)
    {
        body();
        return null!;
    }

    public ValueTask<int> FromSourceAsync(CountingSource source) => new(source, 1);
}
