namespace TxAspects.Tests;

/// <content>Calls whose outcome does not follow from returning or throwing alone.</content>
public sealed partial class ProxiedUnits
{
    public ValueTask<T> RequiredValueAsync<T>(Func<ValueTask<T>> body) => body();

    [UnitOfWork(CommitOn = [typeof(ArgumentException)], RollbackOn = [typeof(ArgumentNullException)])]
    public Task CommitOnBaseAsync(Func<Task> body) => body();

    [UnitOfWork(CommitOn = [typeof(ArgumentNullException)], RollbackOn = [typeof(ArgumentException)])]
    public Task CommitOnDerivedAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.Nested, CommitOn = [typeof(ApplicationException)])]
    public Task NestedCommitOnApplicationExceptionAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.Mandatory, CommitOn = [typeof(ApplicationException)])]
    public Task MandatoryCommitOnApplicationExceptionAsync(Func<Task> body) => body();
}
