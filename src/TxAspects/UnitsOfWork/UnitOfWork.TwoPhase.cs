namespace TxAspects.UnitsOfWork;

/// <content>Commit of several databases in all of them or in none.</content>
internal sealed partial class UnitOfWork
{
    /// <summary>
    /// The sessions that wrote are prepared, all but the first; its commit is the decision, and the others follow it. Those that only read are committed before,
    /// because that may fail as well. Until the decision every failure rolls everything back; after it nothing can.
    /// </summary>
    private async ValueTask CommitInTwoPhasesAsync(Enlisted[] sessions, bool async)
    {
        var writers = new List<Enlisted>();
        var readers = new List<Enlisted>();
        var current = sessions[0];
        try
        {
            string? decidedIn = null;
            foreach (var enlisted in sessions.Where(enlisted => enlisted.Session!.IsInTransaction))
            {
                current = enlisted;
                var database = await enlisted.Session!.AskAsync(async).ConfigureAwait(false);
                decidedIn ??= database;
                (database is null ? readers : writers).Add(enlisted);
            }

            var decision = Guid.CreateVersion7();
            for (var number = 1; number < writers.Count; number++)
            {
                current = writers[number];
                await current.Session!.PrepareAsync(current.Connect.TwoPhase!.NameOf(decidedIn!, decision, number), async).ConfigureAwait(false);
            }

            foreach (var reader in readers)
            {
                current = reader;
                await reader.Session!.CommitAsync(async).ConfigureAwait(false);
            }

            if (writers.Count > 0)
                current = writers[0];
            if (writers.Count == 1)
                await current.Session!.CommitAsync(async).ConfigureAwait(false);
            else if (writers.Count > 1)
                await current.Session!.CommitAsync(decision, async).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            var failure = CommitFailure.Describe(exception, Name, current.Connect.Name) ?? exception;
            var left = await EndUndecidedAsync(sessions, current, failure, isUnknown: failure is CommitOutcomeUnknownException && writers.Contains(current), async).ConfigureAwait(false);
            if (left.Count > 0)
                throw ((CommitOutcomeUnknownException)failure).WithPrepared(left);
            if (failure != exception)
                throw failure;
            throw;
        }

        foreach (var follower in writers.Skip(1))
            await follower.Session!.CommitPreparedAsync(async).ConfigureAwait(false);
    }

    /// <summary>Rolls back, except where nobody knows of the decision: there the recovery will. The names of what was left to it are returned.</summary>
    private static async ValueTask<List<string>> EndUndecidedAsync(Enlisted[] sessions, Enlisted failed, Exception failure, bool isUnknown, bool async)
    {
        var left = new List<string>();
        foreach (var enlisted in sessions)
        {
            enlisted.Doom = Doom.ByFailedCommit(failed.Connect.Name, failure);
            if (isUnknown && enlisted.Session!.IsPrepared)
            {
                left.Add(enlisted.Connect.Name);
                await enlisted.Session.LeavePreparedAsync(async).ConfigureAwait(false);
            }
            else
            {
                await enlisted.Session!.RollbackAsync(async).ConfigureAwait(false);
            }
        }

        return left;
    }
}
