using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Flows;

/// <summary>What a tree runs on: the library, or the model of it. A place says where in the world's units a step runs.</summary>
public interface IWorld
{
    /// <summary>Told how the unit that a call opened has ended.</summary>
    Action<Step, string>? UnitEnded { get; set; }

    /// <summary>A step without steps inside it.</summary>
    Task ActAsync(Step step, object? place);

    Task CallAsync(Step step, object? place, Func<object?, Task> body);

    Task BlockAsync(Step step, object? place, Func<object?, Task> body);

    /// <summary>A sequence whose producer runs the body before each element.</summary>
    IAsyncEnumerator<int> Enumerate(Step step, object? place, Func<object?, int, Task> body, int count);

    void AddHook(Step step, object? place, Func<object?, Task> body);

    bool IsDoomed(object? place);

    string Describe(Exception exception);

    /// <summary>What a message says, or must say.</summary>
    IReadOnlyList<string> WordsOf(Exception exception);

    /// <summary>The rows that are kept, in order, with their values where these were changed.</summary>
    Task<string> FindRowsAsync();
}
