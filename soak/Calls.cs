namespace TxAspects.Soak;

/// <summary>Registered by its interface and as itself, so that both kinds of proxy are there.</summary>
public class Calls : ICalls
{
    [UnitOfWork]
    public virtual Task RequiredAsync(Func<Task> body) => body();

    [NewContext]
    public virtual Task NewContextAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.Nested)]
    public virtual Task NestedAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.Mandatory)]
    public virtual Task MandatoryAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.Supports)]
    public virtual Task SupportsAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.NotSupported)]
    public virtual Task NotSupportedAsync(Func<Task> body) => body();

    [UnitOfWork(Propagation = Propagation.Never)]
    public virtual Task NeverAsync(Func<Task> body) => body();

    [UnitOfWork(MaxRetries = 3)]
    public virtual async ValueTask RepeatedAsync(Func<Task> body) => await body();

    [UnitOfWork(TimeoutSeconds = 1)]
    public virtual Task LimitedAsync(Func<Task> body) => body();

    [UnitOfWork(CommitOn = [typeof(ToleratedException)], RollbackOn = [typeof(SevereException)])]
    public virtual Task TolerantAsync(Func<Task> body) => body();

    [UnitOfWork]
    public virtual Task<Answer> AnsweringAsync(Func<Task<Answer>> body) => body();

    [UnitOfWork]
    public virtual async IAsyncEnumerable<int> StreamAsync(Func<Task> step, int count)
    {
        for (var number = 0; number < count; number++)
        {
            await step();
            yield return number;
        }
    }

    [UnitOfWork]
    public virtual void Required(Action body) => body();

    [NewContext]
    public virtual void NewContext(Action body) => body();

    [UnitOfWork(Propagation = Propagation.Nested)]
    public virtual void Nested(Action body) => body();

    [UnitOfWork(Propagation = Propagation.Mandatory)]
    public virtual void Mandatory(Action body) => body();

    [UnitOfWork(Propagation = Propagation.Supports)]
    public virtual void Supports(Action body) => body();

    [UnitOfWork(Propagation = Propagation.NotSupported)]
    public virtual void NotSupported(Action body) => body();

    [UnitOfWork(Propagation = Propagation.Never)]
    public virtual void Never(Action body) => body();

    [UnitOfWork(MaxRetries = 3)]
    public virtual void Repeated(Action body) => body();

    [UnitOfWork(TimeoutSeconds = 1)]
    public virtual void Limited(Action body) => body();

    [UnitOfWork(CommitOn = [typeof(ToleratedException)], RollbackOn = [typeof(SevereException)])]
    public virtual void Tolerant(Action body) => body();

    [UnitOfWork]
    public virtual Answer Answering(Func<Answer> body) => body();
}
