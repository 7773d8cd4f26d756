namespace TxAspects.Tests;

/// <content>Calls whose outcome does not follow from returning or throwing alone.</content>
public partial class CalledUnits
{
    public async ValueTask<T> RequiredValueAsync<T>(Func<ValueTask<T>> body)
        => await RunAsync(async () => await body(), new UnitOfWorkOptions { Name = "RequiredValueAsync" });

    public Task CommitOnBaseAsync(Func<Task> body) => RunAsync(body, new UnitOfWorkOptions
    {
        Name = "CommitOnBaseAsync",
        CommitOn = [typeof(ArgumentException)],
        RollbackOn = [typeof(ArgumentNullException)],
    });

    public Task CommitOnDerivedAsync(Func<Task> body) => RunAsync(body, new UnitOfWorkOptions
    {
        Name = "CommitOnDerivedAsync",
        CommitOn = [typeof(ArgumentNullException)],
        RollbackOn = [typeof(ArgumentException)],
    });

    public Task NestedCommitOnApplicationExceptionAsync(Func<Task> body) => RunAsync(body, new UnitOfWorkOptions
    {
        Name = "NestedCommitOnApplicationExceptionAsync",
        Propagation = Propagation.Nested,
        CommitOn = [typeof(ApplicationException)],
    });

    public Task MandatoryCommitOnApplicationExceptionAsync(Func<Task> body) => RunAsync(body, new UnitOfWorkOptions
    {
        Name = "MandatoryCommitOnApplicationExceptionAsync",
        Propagation = Propagation.Mandatory,
        CommitOn = [typeof(ApplicationException)],
    });
}
