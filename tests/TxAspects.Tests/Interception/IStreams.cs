namespace TxAspects.Tests;

/// <summary>Sequences as units; each calls its body when the enumeration begins.</summary>
public interface IStreams
{
    IAsyncEnumerable<T> RequiredAsync<T>(Func<IAsyncEnumerable<T>> body);

    IAsyncEnumerable<T> NestedAsync<T>(Func<IAsyncEnumerable<T>> body);

    IAsyncEnumerable<T> MandatoryAsync<T>(Func<IAsyncEnumerable<T>> body);

    IAsyncEnumerable<T> NotSupportedAsync<T>(Func<IAsyncEnumerable<T>> body);
}
