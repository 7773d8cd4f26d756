using DotNetCore.CAP;
using DotNetCore.CAP.Transport;

namespace TxAspects.Neighbours.Tests.Cap;

/// <summary>What CAP is told of a unit's transaction: where to store, and what to send once it is committed. It ends nothing.</summary>
public sealed class UnitCapTransaction(IDispatcher dispatcher) : CapTransactionBase(dispatcher)
{
    public Task SendAsync() => FlushAsync();

    public override void Commit() => throw OfTheUnit();

    public override Task CommitAsync(CancellationToken cancellationToken = default) => throw OfTheUnit();

    public override void Rollback() => throw OfTheUnit();

    public override Task RollbackAsync(CancellationToken cancellationToken = default) => throw OfTheUnit();

    public override void Dispose() => DbTransaction = null;

    private static NotSupportedException OfTheUnit() => new("The unit of work commits and rolls back.");
}
