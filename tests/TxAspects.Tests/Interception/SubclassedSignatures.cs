using System.Globalization;

namespace TxAspects.Tests;

[UnitOfWork]
public class SubclassedSignatures : ISignatures
{
    public virtual Guid ValueType(Guid value) => value;

    public virtual int? Nothing() => null;

    public virtual string? NoText() => null;

    public virtual Task<string?> NoTextAsync() => Task.FromResult<string?>(null);

    public virtual ValueTask<string?> NoTextInValueTaskAsync() => default;

    public virtual T Get<T>(T value) => value;

    public virtual Task<T> GetAsync<T>(T value) => Task.FromResult(value);

    public virtual async IAsyncEnumerable<T> StreamAsync<T>(T value)
    {
        await Task.Yield();
        yield return value;
    }

    public virtual bool TryParse(string text, out int number, ref string log, in int factor)
    {
        log += text;
        number = int.Parse(text, CultureInfo.InvariantCulture) * factor;
        return Tx.IsOpen;
    }

    public virtual Task<CancellationToken> TokenAsync(CancellationToken cancellationToken = default) => Task.FromResult(cancellationToken);

    public virtual Task<string> DefaultsAsync(string first, int second = 5, string third = "c")
        => Task.FromResult($"{first}{second}{third}");

    public virtual Task<int> ManyAsync(params int[] numbers) => Task.FromResult(numbers.Sum());

    public virtual Task ThrowBeforeAwaitAsync(Exception exception) => throw exception;

    public virtual Task NullTaskAsync(Action body)
    {
        body();
        return null!;
    }

    public virtual ValueTask<int> FromSourceAsync(CountingSource source) => new(source, 1);
}
