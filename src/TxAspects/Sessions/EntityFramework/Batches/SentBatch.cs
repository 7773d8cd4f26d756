using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using TxAspects.Sessions.DeadConnections;
using TxAspects.Sessions.LastSaves;

namespace TxAspects.Sessions.EntityFramework.Batches;

/// <summary>
/// A batch of a save while it is sent. One that may be the first command of its transaction is sent again where its connection was gone,
/// and for one that has taken the commit along it is asked what became of that.
/// </summary>
internal sealed class SentBatch(ModificationCommandBatch inner, Session session, bool isFirst) : ModificationCommandBatch
{
    private readonly SessionBatch? _own = inner as SessionBatch;

    private LastSave? Last => _own?.Last;

    public override IReadOnlyList<IReadOnlyModificationCommand> ModificationCommands => inner.ModificationCommands;

    public override bool RequiresTransaction => inner.RequiresTransaction;

    public override bool AreMoreBatchesExpected => inner.AreMoreBatchesExpected;

    public override bool TryAddCommand(IReadOnlyModificationCommand modificationCommand) => inner.TryAddCommand(modificationCommand);

    public override void Complete(bool moreBatchesExpected) => inner.Complete(moreBatchesExpected);

    public override void Execute(IRelationalConnection connection)
        => new ValueTask(ExecuteAsync(connection, async: false, CancellationToken.None)).Completed();

    public override Task ExecuteAsync(IRelationalConnection connection, CancellationToken cancellationToken = default)
        => ExecuteAsync(connection, async: true, cancellationToken);

    private async Task ExecuteAsync(IRelationalConnection connection, bool async, CancellationToken cancellationToken)
    {
        for (var mayRepeat = isFirst; ; mayRepeat = false)
        {
            _own?.Executing();
            try
            {
                if (async)
                    await inner.ExecuteAsync(connection, cancellationToken).ConfigureAwait(false);
                else
                    inner.Execute(connection);
                break;
            }
            catch (Exception exception) when (IsToBeLookedAt(exception, mayRepeat))
            {
                var failure = Last is { IsSent: true } last ? await last.FailedAsync(exception, async).ConfigureAwait(false) : exception;
                if (failure is null)
                    break;    // the work is kept
                if (!mayRepeat || !FirstCommand.IsToBeSentAgain(session, failure))
                {
                    if (failure == exception)
                        throw;
                    throw failure;
                }
            }
            finally
            {
                _own?.Executed();
            }

            await FirstCommand.GiveUpAsync(session, async).ConfigureAwait(false);
        }

        Last?.ThrowIfUnknown();
    }

    private bool IsToBeLookedAt(Exception exception, bool mayRepeat)
        => Last is { IsSent: true } || (mayRepeat && FirstCommand.IsToBeSentAgain(session, exception));
}
