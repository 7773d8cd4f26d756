namespace TxAspects.Tests;

/// <summary>Methods whose parameters and results an interceptor could spoil. All run in units but the recorder.</summary>
public interface ISignatures
{
    Guid ValueType(Guid value);

    int? Nothing();

    string? NoText();

    Task<string?> NoTextAsync();

    ValueTask<string?> NoTextInValueTaskAsync();

    T Get<T>(T value);

    Task<T> GetAsync<T>(T value);

    IAsyncEnumerable<T> StreamAsync<T>(T value);

    bool TryParse(string text, out int number, ref string log, in int factor);

    Task<CancellationToken> TokenAsync(CancellationToken cancellationToken = default);

    Task<string> DefaultsAsync(string first, int second = 5, string third = "c");

    Task<int> ManyAsync(params int[] numbers);

    Task ThrowBeforeAwaitAsync(Exception exception);

    Task NullTaskAsync(Action body);

    ValueTask<int> FromSourceAsync(CountingSource source);
}
