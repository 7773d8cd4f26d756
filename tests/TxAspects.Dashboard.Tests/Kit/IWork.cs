using System.Data;

namespace TxAspects.Dashboard.Tests;

/// <summary>Methods that are units, each with settings of its own.</summary>
public interface IWork
{
    [UnitOfWork]
    Task RunAsync(Func<Task> body);

    [UnitOfWork(MaxRetries = 5, IsolationLevel = IsolationLevel.Serializable)]
    Task RepeatAsync(Func<Task> body);

    [NewContext]
    Task AuditAsync(Func<Task> body);
}
