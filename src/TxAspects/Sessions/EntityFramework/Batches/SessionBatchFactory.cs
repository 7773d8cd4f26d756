using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Update;

namespace TxAspects.Sessions.EntityFramework.Batches;

/// <summary>
/// Makes the batches in which EF Core sends a save. The provider's own do, except for a save that begins a transaction which has something
/// to set: its command takes that along, and the provider's batch would take our results for its own.
/// </summary>
internal sealed class SessionBatchFactory(
    IModificationCommandBatchFactory inner, ModificationCommandBatchFactoryDependencies dependencies, IDbContextOptions options,
    SessionSlot slot) : IModificationCommandBatchFactory
{
    public ModificationCommandBatch Create()
    {
        if (slot.Session is not { } session)
            return inner.Create();

        return session.Gate.IsOpen ? Create(session) : new FirstBatch(Create(session), session);
    }

    private ModificationCommandBatch Create(Session session)
    {
        if (session.Engine.Variables is not { } variables)
            return inner.Create();

        // Here EF Core does not wrap yet what a delegate of the user's throws, and has sent nothing.
        var start = session.Gate.Start;
        if (!session.Gate.IsOpen)
        {
            session.CheckUse();
            start.TakeSettings();
        }

        // What a stored procedure gives back is known to the provider alone.
        return start.LacksSettings && !slot.HasForeignCommandInterceptors &&
               !session.Context.Model.GetRelationalModel().StoredProcedures.Any()
            ? new SessionBatch(dependencies, RelationalOptionsExtension.Extract(options).MaxBatchSize, start, variables)
            : inner.Create();
    }
}
