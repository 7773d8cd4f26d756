namespace TxAspects.Tests;

/// <summary>
/// Ways into a unit of work, each with a body to run there. Every entry implements them, so that one suite holds all entries to the rules.
/// </summary>
public partial interface IUnits
{
    Task RequiredAsync(Func<Task> body);

    Task<T> RequiredAsync<T>(Func<Task<T>> body);

    void Required(Action body);

    T Required<T>(Func<T> body);

    Task NewContextAsync(Func<Task> body);

    void NewContext(Action body);

    Task NestedAsync(Func<Task> body);

    void Nested(Action body);

    Task MandatoryAsync(Func<Task> body);

    Task SupportsAsync(Func<Task> body);

    Task NotSupportedAsync(Func<Task> body);

    Task NeverAsync(Func<Task> body);

    Task OutermostAsync(Func<Task> body);

    Task SerializableAsync(Func<Task> body);

    Task TwoPhaseAsync(Func<Task> body);

    void TwoPhase(Action body);

    Task ReadOnlyAsync(Func<Task> body);

    Task ReservedAsync(Func<Task> body);

    Task CommitOnApplicationExceptionAsync(Func<Task> body);

    Task RetryingAsync(Func<Task> body);

    T Retrying<T>(Func<T> body);

    Task LimitedAsync(Func<Task> body);

    void Limited(Action body);
}
