using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using TxAspects.Sessions.DeadConnections;

namespace TxAspects.Sessions.EntityFramework.Batches;

/// <summary>The batch of a save that may be the first command of its transaction, and is sent again where its connection was gone.</summary>
internal sealed class FirstBatch(ModificationCommandBatch inner, Session session) : ModificationCommandBatch
{
    public override IReadOnlyList<IReadOnlyModificationCommand> ModificationCommands => inner.ModificationCommands;

    public override bool RequiresTransaction => inner.RequiresTransaction;

    public override bool AreMoreBatchesExpected => inner.AreMoreBatchesExpected;

    public override bool TryAddCommand(IReadOnlyModificationCommand modificationCommand) => inner.TryAddCommand(modificationCommand);

    public override void Complete(bool moreBatchesExpected) => inner.Complete(moreBatchesExpected);

    public override void Execute(IRelationalConnection connection)
    {
        try
        {
            inner.Execute(connection);
        }
        catch (Exception exception) when (FirstCommand.IsToBeSentAgain(session, exception))
        {
            FirstCommand.GiveUpAsync(session, async: false).Completed();
            inner.Execute(connection);
        }
    }

    public override async Task ExecuteAsync(IRelationalConnection connection, CancellationToken cancellationToken = default)
    {
        try
        {
            await inner.ExecuteAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (FirstCommand.IsToBeSentAgain(session, exception))
        {
            await FirstCommand.GiveUpAsync(session, async: true).ConfigureAwait(false);
            await inner.ExecuteAsync(connection, cancellationToken).ConfigureAwait(false);
        }
    }
}
