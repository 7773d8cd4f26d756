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
    {
        for (var mayRepeat = isFirst; ; mayRepeat = false)
        {
            _own?.Executing();
            try
            {
                inner.Execute(connection);
                break;
            }
            catch (Exception exception) when (IsToBeLookedAt(exception, mayRepeat))
            {
                var failure = Last is { IsSent: true } last ? last.FailedAsync(exception, async: false).Completed() : exception;
                if (failure is null)
                    break;
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

            FirstCommand.GiveUpAsync(session, async: false).Completed();
        }

        Last?.ThrowIfUnknown();
    }

    public override async Task ExecuteAsync(IRelationalConnection connection, CancellationToken cancellationToken = default)
    {
        for (var mayRepeat = isFirst; ; mayRepeat = false)
        {
            _own?.Executing();
            try
            {
                await inner.ExecuteAsync(connection, cancellationToken).ConfigureAwait(false);
                break;
            }
            catch (Exception exception) when (IsToBeLookedAt(exception, mayRepeat))
            {
                var failure = Last is { IsSent: true } last
                    ? await last.FailedAsync(exception, async: true).ConfigureAwait(false)
                    : exception;
                if (failure is null)
                    break;
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

            await FirstCommand.GiveUpAsync(session, async: true).ConfigureAwait(false);
        }

        Last?.ThrowIfUnknown();
    }

    private bool IsToBeLookedAt(Exception exception, bool mayRepeat)
        => Last is { IsSent: true } || (mayRepeat && FirstCommand.IsToBeSentAgain(session, exception));
}
