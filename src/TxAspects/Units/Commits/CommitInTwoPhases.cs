using TxAspects.Sessions.Transactions.Ends;
using TxAspects.Units.Sessions;

namespace TxAspects.Units.Commits;

/// <summary>Commits several databases in all of them or in none.</summary>
/// <remarks>
/// The sessions that wrote are prepared, all but the first; its commit is the decision, and the others follow it. Those that only read are
/// committed before, because that may fail as well. Until the decision every failure rolls everything back; after it nothing can.
/// </remarks>
internal static class CommitInTwoPhases
{
    public static async ValueTask RunAsync(UnitOfWork unit, Enlisted[] sessions, bool async)
    {
        var writers = new List<(Enlisted Enlisted, PreparedPart Part)>();
        var current = sessions[0];
        try
        {
            var readers = new List<Enlisted>();
            foreach (var enlisted in sessions.Where(enlisted => enlisted.Session!.Gate.IsOpen))
            {
                current = enlisted;
                var part = await PreparedPart.AskAsync(enlisted.Session!, async).ConfigureAwait(false);
                if (part.WroteNothing)
                    readers.Add(enlisted);
                else
                    writers.Add((enlisted, part));
            }

            var decision = Guid.CreateVersion7();
            for (var number = 1; number < writers.Count; number++)
            {
                (current, var part) = writers[number];
                await part.PrepareAsync(part.NameFor(writers[0].Part.DecidedIn!, decision, number), async).ConfigureAwait(false);
            }

            foreach (var reader in readers)
            {
                current = reader;
                await reader.Session!.Gate.CommitAsync(async).ConfigureAwait(false);
            }

            if (writers.Count > 0)
                current = writers[0].Enlisted;
            if (writers.Count == 1)
                await current.Session!.Gate.CommitAsync(async).ConfigureAwait(false);
            else if (writers.Count > 1)
                await writers[0].Part.CommitAsync(decision, async).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            var failure = CommitFailure.Describe(exception, current.Session!) ?? exception;
            var isUnknown = failure is CommitOutcomeUnknownException && writers.Exists(writer => writer.Enlisted == current);
            var left = await EndUndecidedAsync(sessions, current, failure, isUnknown, async).ConfigureAwait(false);
            if (left.Count > 0)
                throw ((CommitOutcomeUnknownException)failure).WithPrepared(left);
            if (failure != exception)
                throw failure;
            throw;
        }

        foreach (var (_, follower) in writers.Skip(1))
            await follower.CommitPreparedAsync(async).ConfigureAwait(false);
    }

    /// <summary>
    /// Rolls back, except where nobody knows of the decision: there the recovery will. The names of what was left to it are returned.
    /// </summary>
    private static async ValueTask<List<string>> EndUndecidedAsync(
        Enlisted[] sessions, Enlisted failed, Exception failure, bool isUnknown, bool async)
    {
        var left = new List<string>();
        foreach (var enlisted in sessions)
        {
            enlisted.Doom = Doom.ByFailedCommit(failed.Connect.Name, failure);
            var session = enlisted.Session!;
            if (isUnknown && session.Gate.Prepared is { IsPrepared: true } prepared)
            {
                left.Add(enlisted.Connect.Name);
                await prepared.LeaveAsync(async).ConfigureAwait(false);
            }
            else
            {
                await session.Gate.RollBackAsync(async, failure: null).ConfigureAwait(false);
                session.ClearTracker();
            }
        }

        return left;
    }
}
