namespace TxAspects.Tests;

/// <summary>One method of every return kind, each with a body to run. Those with a result give 7.</summary>
public interface IKinds
{
    void Void(Action body);

    int Value(Action body);

    Task TaskAsync(Func<Task> body);

    Task<int> TaskOfAsync(Func<Task> body);

    ValueTask ValueTaskAsync(Func<Task> body);

    ValueTask<int> ValueTaskOfAsync(Func<Task> body);

    IAsyncEnumerable<int> StreamAsync(Func<Task> body);
}
