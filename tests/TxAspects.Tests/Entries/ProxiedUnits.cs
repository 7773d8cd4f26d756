using System.Data;

namespace TxAspects.Tests;

/// <summary>The entry by attributes, registered by its interface.</summary>
[UnitOfWork]
public sealed partial class ProxiedUnits : IUnits
{
    public Task RequiredAsync(Func<Task> body) => body();

    public Task<T> RequiredAsync<T>(Func<Task<T>> body) => body();

    public void Required(Action body) => body();

    public T Required<T>(Func<T> body) => body();

    [NewContext]
    public Task NewContextAsync(Func<Task> body) => body();

    [NewContext]
    public void NewContext(Action body) => body();

    [UnitOfWork(Propagation = Propagation.Nested)]
    public Task NestedAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.Nested)]
    public void Nested(Action body) => body();

    [UnitOfWork(Propagation = Propagation.Mandatory)]
    public Task MandatoryAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.Supports)]
    public Task SupportsAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.NotSupported)]
    public Task NotSupportedAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.Never)]
    public Task NeverAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.Outermost)]
    public Task OutermostAsync(Func<Task> body) => body();

    [UnitOfWork(IsolationLevel = IsolationLevel.Serializable)]
    public Task SerializableAsync(Func<Task> body) => body();

    [UnitOfWork(CommitMode = CommitMode.TwoPhase)]
    public Task TwoPhaseAsync(Func<Task> body) => body();

    [UnitOfWork(CommitMode = CommitMode.TwoPhase)]
    public void TwoPhase(Action body) => body();

    [UnitOfWork(ReadOnly = true)]
    public Task ReadOnlyAsync(Func<Task> body) => body();

    [UnitOfWork(AllowEarlyCompletion = false)]
    public Task ReservedAsync(Func<Task> body) => body();

    [UnitOfWork(CommitOn = [typeof(ApplicationException)])]
    public Task CommitOnApplicationExceptionAsync(Func<Task> body) => body();

    [UnitOfWork(MaxRetries = 3)]
    public Task RetryingAsync(Func<Task> body) => body();

    [UnitOfWork(MaxRetries = 3)]
    public T Retrying<T>(Func<T> body) => body();

    [UnitOfWork(TimeoutSeconds = 1)]
    public Task LimitedAsync(Func<Task> body) => body();

    [UnitOfWork(TimeoutSeconds = 1)]
    public void Limited(Action body) => body();
}
