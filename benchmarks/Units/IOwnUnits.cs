namespace TxAspects.Benchmarks.Units;

/// <summary>The same units, and two that send nothing.</summary>
[UnitOfWork]
public interface IOwnUnits : IUnits
{
    /// <summary>Takes a session and does nothing with it.</summary>
    Task NothingAsync();

    /// <summary>Stays open until a task ends.</summary>
    Task HoldAsync(Task until);

    /// <summary>Takes a session, and stays open until a task ends.</summary>
    Task HoldWithSessionAsync(Task until);
}
