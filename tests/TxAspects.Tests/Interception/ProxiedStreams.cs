namespace TxAspects.Tests;

[UnitOfWork]
public sealed class ProxiedStreams : IStreams
{
    public IAsyncEnumerable<T> RequiredAsync<T>(Func<IAsyncEnumerable<T>> body) => body();

    [UnitOfWork(Propagation = Propagation.Nested)]
    public IAsyncEnumerable<T> NestedAsync<T>(Func<IAsyncEnumerable<T>> body) => body();

    [UnitOfWork(Propagation = Propagation.Mandatory)]
    public IAsyncEnumerable<T> MandatoryAsync<T>(Func<IAsyncEnumerable<T>> body) => body();

    [UnitOfWork(Propagation = Propagation.NotSupported)]
    public IAsyncEnumerable<T> NotSupportedAsync<T>(Func<IAsyncEnumerable<T>> body) => body();
}
