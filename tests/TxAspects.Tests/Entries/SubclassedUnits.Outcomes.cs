namespace TxAspects.Tests;

/// <content>Calls whose outcome does not follow from returning or throwing alone.</content>
public partial class SubclassedUnits
{
    public virtual ValueTask<T> RequiredValueAsync<T>(Func<ValueTask<T>> body) => body();

    [UnitOfWork(CommitOn = [typeof(ArgumentException)], RollbackOn = [typeof(ArgumentNullException)])]
    public virtual Task CommitOnBaseAsync(Func<Task> body) => body();

    [UnitOfWork(CommitOn = [typeof(ArgumentNullException)], RollbackOn = [typeof(ArgumentException)])]
    public virtual Task CommitOnDerivedAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.Nested, CommitOn = [typeof(ApplicationException)])]
    public virtual Task NestedCommitOnApplicationExceptionAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.Mandatory, CommitOn = [typeof(ApplicationException)])]
    public virtual Task MandatoryCommitOnApplicationExceptionAsync(Func<Task> body) => body();
}
