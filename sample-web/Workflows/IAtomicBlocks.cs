using TxAspects;

namespace SampleWeb.Workflows;

/// <summary>Blocks that are durable when they return, in each mode: what to do with the work that is uncommitted when they begin.</summary>
[UnitOfWork]
public interface IAtomicBlocks
{
    Task CommitAsync();

    Task RollbackAsync();

    Task JoinAsync();

    Task ThrowAsync();

    Task SavepointAsync();
}
