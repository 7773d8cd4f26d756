using System.Data;

namespace TxAspects.Tests;

/// <summary>The entry by attributes on virtual methods, registered as itself.</summary>
[UnitOfWork]
public partial class SubclassedUnits : IUnits
{
    public virtual Task RequiredAsync(Func<Task> body) => body();

    public virtual Task<T> RequiredAsync<T>(Func<Task<T>> body) => body();

    public virtual void Required(Action body) => body();

    public virtual T Required<T>(Func<T> body) => body();

    [NewContext]
    public virtual Task NewContextAsync(Func<Task> body) => body();

    [NewContext]
    public virtual void NewContext(Action body) => body();

    [UnitOfWork(Propagation = Propagation.Nested)]
    public virtual Task NestedAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.Nested)]
    public virtual void Nested(Action body) => body();

    [UnitOfWork(Propagation = Propagation.Mandatory)]
    public virtual Task MandatoryAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.Supports)]
    public virtual Task SupportsAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.NotSupported)]
    public virtual Task NotSupportedAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.Never)]
    public virtual Task NeverAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.Outermost)]
    public virtual Task OutermostAsync(Func<Task> body) => body();

    [UnitOfWork(IsolationLevel = IsolationLevel.Serializable)]
    public virtual Task SerializableAsync(Func<Task> body) => body();

    [UnitOfWork(CommitMode = CommitMode.TwoPhase)]
    public virtual Task TwoPhaseAsync(Func<Task> body) => body();

    [UnitOfWork(CommitMode = CommitMode.TwoPhase)]
    public virtual void TwoPhase(Action body) => body();

    [UnitOfWork(ReadOnly = true)]
    public virtual Task ReadOnlyAsync(Func<Task> body) => body();

    [UnitOfWork(AllowEarlyCompletion = false)]
    public virtual Task ReservedAsync(Func<Task> body) => body();

    [UnitOfWork(CommitOn = [typeof(ApplicationException)])]
    public virtual Task CommitOnApplicationExceptionAsync(Func<Task> body) => body();

    [UnitOfWork(MaxRetries = 3)]
    public virtual Task RetryingAsync(Func<Task> body) => body();

    [UnitOfWork(MaxRetries = 3)]
    public virtual T Retrying<T>(Func<T> body) => body();

    [UnitOfWork(TimeoutSeconds = 1)]
    public virtual Task LimitedAsync(Func<Task> body) => body();

    [UnitOfWork(TimeoutSeconds = 1)]
    public virtual void Limited(Action body) => body();
}
