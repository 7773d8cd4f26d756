namespace TxAspects.Tenants;

/// <summary>Units of one tenant.</summary>
public interface IRowCalls
{
    [UnitOfWork]
    Task RunAsync(Func<Task> body);

    [UnitOfWork(TimeoutSeconds = 30)]
    Task LimitedAsync(Func<Task> body);

    [UnitOfWork(ReadOnly = true)]
    Task ReadAsync(Func<Task> body);

    [UnitOfWork(IsolationLevel = System.Data.IsolationLevel.RepeatableRead)]
    Task IsolatedAsync(Func<Task> body);

    [UnitOfWork(MaxRetries = 2)]
    Task RetriedAsync(Func<Task> body);

    [UnitOfWork(Propagation = Propagation.Nested)]
    Task NestedAsync(Func<Task> body);

    [UnitOfWork]
    [NewContext]
    Task ApartAsync(Func<Task> body);

    [UnitOfWork(ReadOnly = true)]
    IAsyncEnumerable<string> StreamAsync();
}
