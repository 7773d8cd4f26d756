using TxAspects.Observing;
using TxAspects.Sessions;
using TxAspects.Sessions.EntityFramework;
using TxAspects.Units.Ambient;

namespace TxAspects.Units.Sessions;

/// <summary>
/// A block on a session outside the ambient unit: commits when it returns, rolls back when it throws, and disposes the session.
/// </summary>
internal static class StandaloneBlock
{
    public static async ValueTask<T> RunAsync<T>(
        DbConnect connect, Func<Session, ValueTask<T>> body, UnitOfWorkOptions? options, bool async, CancellationToken cancellationToken)
    {
        var operation = async ? "Tx.NewAtomicSessionAsync" : "Tx.NewAtomicSession";
        options ??= UnitOfWorkOptions.Default;
        ThrowIfImpossible(options, operation);
        using var deadline = options.Timeout is { } timeout
            ? new Deadline(AmbientUnit.Options.TimeProvider, timeout, options.Name ?? operation)
            : null;
        var session = await StandaloneOwner
            .OpenAsync(connect, new StandaloneOwner(AmbientUnit.Options.Log, options, deadline), async, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return await RunAsync(session, body, options, operation, async, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (async)
                await session.Context.DisposeAsync().ConfigureAwait(false);
            else
                session.Context.Dispose();
        }
    }

    private static async ValueTask<T> RunAsync<T>(
        Session session, Func<Session, ValueTask<T>> body, UnitOfWorkOptions options, string operation, bool async,
        CancellationToken cancellationToken)
    {
        var context = session.Context;
        var commits = true;
        try
        {
            T result;
            try
            {
                result = await body(session).ConfigureAwait(false);
            }
            catch (Exception exception) when (options.Commits(exception))
            {
                await TryCommitAsync().ConfigureAwait(false);
                throw;
            }

            commits = result is null || new ResultRules(options.ResultRules).IsFailure(result) is not true;
            if (commits)
                await session.Owner.CommitAsync(session, operation, async, cancellationToken).ConfigureAwait(false);
            else
                await RollbackAsync().ConfigureAwait(false);
            return result;
        }
        catch when (commits && SessionSlot.SessionOf(context) == session)
        {
            await RollbackAsync().ConfigureAwait(false);
            throw;
        }

        ValueTask RollbackAsync() => session.Owner.RollbackAsync(session, operation, async);

        // The user's exception wins; what it was to commit is rolled back then.
        async ValueTask TryCommitAsync()
        {
            try
            {
                await session.Owner.CommitAsync(session, operation, async, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                session.Owner.Log.CommitOnFailed(session.Owner.Name, failure);
            }
        }
    }

    private static void ThrowIfImpossible(UnitOfWorkOptions options, string operation)
    {
        var obstacle = options switch
        {
            { Propagation: not (Propagation.Required or Propagation.RequiresNew) } => $"Propagation.{options.Propagation}",
            { CommitMode: not CommitMode.InOrder } => $"CommitMode.{options.CommitMode}",
            { MaxRetries: > 0 } => nameof(options.MaxRetries),
            { AdoptSettings: true } => nameof(options.AdoptSettings),
            _ => null,
        };
        if (obstacle is not null)
        {
            throw new ArgumentException(
                $"'{operation}' runs once, on one session outside every unit of work, so its options cannot ask for {obstacle}. " +
                "Leave that out, or use Tx.RunInNewContextAsync.", nameof(options));
        }
    }
}
