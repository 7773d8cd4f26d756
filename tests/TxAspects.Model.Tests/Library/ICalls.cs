namespace TxAspects.Model.Tests.Library;

/// <summary>One attributed method for each propagation, each running what it is given.</summary>
public interface ICalls
{
    [UnitOfWork]
    Task RequiredAsync(Func<Task> body);

    [NewContext]
    Task RequiresNewAsync(Func<Task> body);

    [UnitOfWork(Propagation = Propagation.Nested)]
    Task NestedAsync(Func<Task> body);

    [UnitOfWork(Propagation = Propagation.Mandatory)]
    Task MandatoryAsync(Func<Task> body);

    [UnitOfWork(Propagation = Propagation.Supports)]
    Task SupportsAsync(Func<Task> body);

    [UnitOfWork(Propagation = Propagation.NotSupported)]
    Task NotSupportedAsync(Func<Task> body);

    [UnitOfWork(Propagation = Propagation.Never)]
    Task NeverAsync(Func<Task> body);

    [UnitOfWork]
    IAsyncEnumerable<int> RequiredSequence(Func<int, Task> body, int count);

    [NewContext]
    IAsyncEnumerable<int> RequiresNewSequence(Func<int, Task> body, int count);

    [UnitOfWork(Propagation = Propagation.Nested)]
    IAsyncEnumerable<int> NestedSequence(Func<int, Task> body, int count);
}
