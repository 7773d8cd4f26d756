namespace TxAspects.Tests;

[UnitOfWork]
public class SubclassedStreams : IStreams
{
    public virtual IAsyncEnumerable<T> RequiredAsync<T>(Func<IAsyncEnumerable<T>> body) => body();

    [UnitOfWork(Propagation = Propagation.Nested)]
    public virtual IAsyncEnumerable<T> NestedAsync<T>(Func<IAsyncEnumerable<T>> body) => body();

    [UnitOfWork(Propagation = Propagation.Mandatory)]
    public virtual IAsyncEnumerable<T> MandatoryAsync<T>(Func<IAsyncEnumerable<T>> body) => body();

    [UnitOfWork(Propagation = Propagation.NotSupported)]
    public virtual IAsyncEnumerable<T> NotSupportedAsync<T>(Func<IAsyncEnumerable<T>> body) => body();
}
