using System.Runtime.CompilerServices;
using TxAspects.Units.Sessions;

namespace TxAspects.Units.Commits;

/// <summary>Commits in order of first use. When one fails, those after it are rolled back.</summary>
internal static class CommitInOrder
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask RunAsync(UnitOfWork unit, Enlisted[] sessions, bool async)
    {
        List<string>? committed = null;
        for (var index = 0; index < sessions.Length; index++)
        {
            var current = sessions[index];
            try
            {
                // A database that was only read has kept nothing.
                if (await current.Session!.Gate.CommitAsync(async).ConfigureAwait(false) && sessions.Length > 1)
                    (committed ??= []).Add(current.Connect.Name);
            }
            catch (Exception exception)
            {
                var failure = CommitFailure.Describe(exception, current.Session!) ?? exception;
                if (failure is SessionInUseException && committed is null)
                    throw;

                current.Doom = Doom.ByFailedCommit(current.Connect.Name, failure);
                var rolledBack = await RollbackRestAsync(sessions.AsMemory(index + 1), current.Doom, async).ConfigureAwait(false);
                if (committed is not null)
                {
                    unit.Hooks?.Drop(UnitOfWorkState.PartlyCommitted);
                    throw new PartialCommitException(unit.Name, committed, current.Connect.Name, rolledBack, failure);
                }

                if (rolledBack.Count > 0 && failure is CommitOutcomeUnknownException unknown)
                    throw unknown.WithRolledBack(rolledBack);
                if (failure != exception)
                    throw failure;
                throw;
            }
        }
    }

    private static async ValueTask<List<string>> RollbackRestAsync(ReadOnlyMemory<Enlisted> rest, Doom? failed, bool async)
    {
        var names = new List<string>();
        for (var index = 0; index < rest.Length; index++)
        {
            var enlisted = rest.Span[index];
            var session = enlisted.Session!;
            if (!session.HasUncommittedWork)
                continue;

            // Its work is gone against the unit's will, so starting over with the failed one alone is not enough.
            names.Add(enlisted.Connect.Name);
            await session.Gate.RollBackAsync(async, failure: null).ConfigureAwait(false);
            session.ClearTracker();
            enlisted.Doom = failed;
        }

        return names;
    }
}
