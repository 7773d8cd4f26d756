using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TxAspects.Sessions.EntityFramework;

namespace TxAspects.Sessions.Transactions;

/// <summary>Puts what is about to be sent into the session's transaction, which begins with it, or finds that it needs none.</summary>
internal sealed class TransactionEntry(Session session, TransactionGate gate, SessionSlot slot)
{
    /// <summary>A command of EF Core's is about to be sent.</summary>
    public ValueTask EnterAsync(DbCommand command, CommandEventData eventData, bool async, CancellationToken cancellationToken)
    {
        Check();
        if (!gate.IsOpen && gate.LoneQueries.Takes(command, eventData))
            return gate.LoneQueries.HoldAsync(async, cancellationToken);

        var start = gate.Start;
        var carries = (!gate.IsOpen || start.LacksSettings) && start.CanTakeAlong(command, eventData);
        if (gate.Saves.Last?.RunsAlone(eventData, canTell: carries || session.Engine.Variables is null) is true)
            return default;

        return IsInside && (!start.LacksSettings || carries)
            ? default
            : BeginAsync(IsolationLevel.Unspecified, carries, async, cancellationToken);
    }

    /// <summary>Somebody needs the transaction for more than one command.</summary>
    public ValueTask EnterAsync(IsolationLevel isolationLevel, bool async, CancellationToken cancellationToken)
    {
        Check();
        return IsInside && !gate.Start.LacksSettings ? default : BeginAsync(isolationLevel, carries: false, async, cancellationToken);
    }

    private bool IsInside => gate.Current is { HasBegunForSave: false } && !gate.Saves.MustUndo;

    private void Check()
    {
        session.CheckUse();
        gate.Commands.Activity++;
        gate.EndByOthers.ThrowIfThere();
    }

    private async ValueTask BeginAsync(IsolationLevel isolationLevel, bool carries, bool async, CancellationToken cancellationToken)
    {
        await gate.Saves.UndoAsync(async).ConfigureAwait(false);
        if (gate.Start.Started is not null)
            return;

        var isNew = gate.Current is null or { HasBegunForSave: true };
        if (isNew)
        {
            await gate.LoneQueries.ReleaseAsync(async).ConfigureAwait(false);
            gate.Commands.Begin();
        }

        if (gate.Current is { } current)
            current.HasBegunForSave = false;
        else
            await gate.Start.RunAsync(isolationLevel, async, cancellationToken).ConfigureAwait(false);

        if (!carries)
            await gate.Start.SendSettingsAsync(async, cancellationToken).ConfigureAwait(false);
        if (isNew)
            await gate.Saves.BeganAsync(slot.Interceptors.HasForeign, async, cancellationToken).ConfigureAwait(false);
    }
}
