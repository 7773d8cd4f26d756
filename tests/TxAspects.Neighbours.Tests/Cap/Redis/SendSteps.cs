namespace TxAspects.Neighbours.Tests.Cap.Redis;

/// <summary>Where a test can hold a message on its way.</summary>
internal sealed class SendSteps
{
    public Func<Task> BeforeAsync { get; set; } = () => Task.CompletedTask;

    public Func<Task> AfterAsync { get; set; } = () => Task.CompletedTask;
}
