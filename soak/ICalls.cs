namespace TxAspects.Soak;

/// <summary>One method for each way to relate to the unit that is open, each running what it is given.</summary>
public interface ICalls
{
    Task RequiredAsync(Func<Task> body);

    Task NewContextAsync(Func<Task> body);

    Task NestedAsync(Func<Task> body);

    Task MandatoryAsync(Func<Task> body);

    Task SupportsAsync(Func<Task> body);

    Task NotSupportedAsync(Func<Task> body);

    Task NeverAsync(Func<Task> body);

    ValueTask RepeatedAsync(Func<Task> body);

    Task LimitedAsync(Func<Task> body);

    Task TolerantAsync(Func<Task> body);

    Task<Answer> AnsweringAsync(Func<Task<Answer>> body);

    IAsyncEnumerable<int> StreamAsync(Func<Task> step, int count);

    void Required(Action body);

    void NewContext(Action body);

    void Nested(Action body);

    void Mandatory(Action body);

    void Supports(Action body);

    void NotSupported(Action body);

    void Never(Action body);

    void Repeated(Action body);

    void Limited(Action body);

    void Tolerant(Action body);

    Answer Answering(Func<Answer> body);
}
