namespace TxAspects.Tests;

/// <content>Calls whose outcome does not follow from returning or throwing alone.</content>
public partial interface IUnits
{
    ValueTask<T> RequiredValueAsync<T>(Func<ValueTask<T>> body);

    /// <summary>Commits on <see cref="ArgumentException"/>, but rolls back on the derived <see cref="ArgumentNullException"/>.</summary>
    Task CommitOnBaseAsync(Func<Task> body);

    /// <summary>Commits on <see cref="ArgumentNullException"/>, but rolls back on its base <see cref="ArgumentException"/>.</summary>
    Task CommitOnDerivedAsync(Func<Task> body);

    Task NestedCommitOnApplicationExceptionAsync(Func<Task> body);

    Task MandatoryCommitOnApplicationExceptionAsync(Func<Task> body);
}
