namespace TxAspects.Dashboard.Tests;

/// <summary>Does what it is told.</summary>
public sealed class Work : IWork
{
    public Task RunAsync(Func<Task> body) => body();

    public Task RepeatAsync(Func<Task> body) => body();

    public Task AuditAsync(Func<Task> body) => body();
}
