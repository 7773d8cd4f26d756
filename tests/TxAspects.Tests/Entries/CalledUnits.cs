using System.Data;

namespace TxAspects.Tests;

/// <summary>The entry by <see cref="Tx.RunAsync(Func{Task}, UnitOfWorkOptions?, CancellationToken)"/>, which no proxy touches.</summary>
public partial class CalledUnits : IUnits
{
    public Task RequiredAsync(Func<Task> body) => RunAsync(body, new UnitOfWorkOptions { Name = "RequiredAsync" });

    public Task<T> RequiredAsync<T>(Func<Task<T>> body) => RunAsync(body, new UnitOfWorkOptions { Name = "RequiredAsync" });

    public void Required(Action body) => Run(body, new UnitOfWorkOptions { Name = "Required" });

    public T Required<T>(Func<T> body) => Run(body, new UnitOfWorkOptions { Name = "Required" });

    public Task NewContextAsync(Func<Task> body)
        => RunAsync(body, new UnitOfWorkOptions { Name = "NewContextAsync", Propagation = Propagation.RequiresNew });

    public void NewContext(Action body) => Run(body, new UnitOfWorkOptions { Name = "NewContext", Propagation = Propagation.RequiresNew });

    public Task NestedAsync(Func<Task> body)
        => RunAsync(body, new UnitOfWorkOptions { Name = "NestedAsync", Propagation = Propagation.Nested });

    public void Nested(Action body) => Run(body, new UnitOfWorkOptions { Name = "Nested", Propagation = Propagation.Nested });

    public Task MandatoryAsync(Func<Task> body)
        => RunAsync(body, new UnitOfWorkOptions { Name = "MandatoryAsync", Propagation = Propagation.Mandatory });

    public Task SupportsAsync(Func<Task> body)
        => RunAsync(body, new UnitOfWorkOptions { Name = "SupportsAsync", Propagation = Propagation.Supports });

    public Task NotSupportedAsync(Func<Task> body)
        => RunAsync(body, new UnitOfWorkOptions { Name = "NotSupportedAsync", Propagation = Propagation.NotSupported });

    public Task NeverAsync(Func<Task> body)
        => RunAsync(body, new UnitOfWorkOptions { Name = "NeverAsync", Propagation = Propagation.Never });

    public Task OutermostAsync(Func<Task> body)
        => RunAsync(body, new UnitOfWorkOptions { Name = "OutermostAsync", Propagation = Propagation.Outermost });

    public Task SerializableAsync(Func<Task> body)
        => RunAsync(body, new UnitOfWorkOptions { Name = "SerializableAsync", IsolationLevel = IsolationLevel.Serializable });

    public Task TwoPhaseAsync(Func<Task> body)
        => RunAsync(body, new UnitOfWorkOptions { Name = "TwoPhaseAsync", CommitMode = CommitMode.TwoPhase });

    public void TwoPhase(Action body) => Run(body, new UnitOfWorkOptions { Name = "TwoPhase", CommitMode = CommitMode.TwoPhase });

    public Task ReadOnlyAsync(Func<Task> body) => RunAsync(body, new UnitOfWorkOptions { Name = "ReadOnlyAsync", ReadOnly = true });

    public Task ReservedAsync(Func<Task> body)
        => RunAsync(body, new UnitOfWorkOptions { Name = "ReservedAsync", AllowEarlyCompletion = false });

    public Task CommitOnApplicationExceptionAsync(Func<Task> body)
        => RunAsync(body, new UnitOfWorkOptions { Name = "CommitOnApplicationExceptionAsync", CommitOn = [typeof(ApplicationException)] });

    public Task RetryingAsync(Func<Task> body) => RunAsync(body, new UnitOfWorkOptions { Name = "RetryingAsync", MaxRetries = 3 });

    public T Retrying<T>(Func<T> body) => Run(body, new UnitOfWorkOptions { Name = "Retrying", MaxRetries = 3 });

    public Task LimitedAsync(Func<Task> body)
        => RunAsync(body, new UnitOfWorkOptions { Name = "LimitedAsync", TimeoutSeconds = 1 });

    public void Limited(Action body) => Run(body, new UnitOfWorkOptions { Name = "Limited", TimeoutSeconds = 1 });

    protected virtual Task RunAsync(Func<Task> body, UnitOfWorkOptions options) => Tx.RunAsync(body, options);

    protected virtual Task<T> RunAsync<T>(Func<Task<T>> body, UnitOfWorkOptions options) => Tx.RunAsync(body, options);

    protected virtual void Run(Action body, UnitOfWorkOptions options) => Tx.Run(body, options);

    protected virtual T Run<T>(Func<T> body, UnitOfWorkOptions options) => Tx.Run(body, options);
}
