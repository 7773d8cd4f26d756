using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Update;

namespace TxAspects.Sessions.EntityFramework.Batches;

/// <summary>
/// Makes the batches in which EF Core sends a save. The provider's own do, except for a save whose command takes something along: what its
/// transaction has to set, or the commit. The provider's batch would take our results for its own.
/// </summary>
internal sealed class SessionBatchFactory(
    IModificationCommandBatchFactory inner, ModificationCommandBatchFactoryDependencies dependencies, IDbContextOptions options,
    SessionSlot slot) : IModificationCommandBatchFactory
{
    private readonly int? _maxBatchSize = RelationalOptionsExtension.Extract(options).MaxBatchSize;

    public ModificationCommandBatch Create()
    {
        if (slot.Session is not { } session)
            return inner.Create();

        var isFirst = !session.Gate.IsOpen;
        var batch = Create(session);
        return isFirst || batch is SessionBatch ? new SentBatch(batch, session, isFirst) : batch;
    }

    private ModificationCommandBatch Create(Session session)
    {
        var last = session.Saves.Last is { IsGuarded: true } save ? save : null;
        if (last is null && !HasToTell(session))
            return inner.Create();

        return slot.Interceptors.HasForeignOfCommands || (last is null && HasProcedures(session))
            ? inner.Create()
            : new SessionBatch(dependencies, _maxBatchSize, session, last);
    }

    /// <summary>What a stored procedure gives back is known to the provider alone.</summary>
    private static bool HasProcedures(Session session) => session.Context.Model.GetRelationalModel().StoredProcedures.Any();

    /// <summary>Whether the command of the save has something to tell the server that its transaction sets.</summary>
    private static bool HasToTell(Session session)
    {
        if (session.Engine.Variables is null)
            return false;

        // Here EF Core does not wrap yet what a delegate of the user's throws, and has sent nothing.
        var start = session.Gate.Start;
        if (!session.Gate.IsOpen)
        {
            session.CheckUse();
            start.TakeSettings();
        }

        return start.LacksSettings;
    }
}
