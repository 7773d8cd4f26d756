using System.Runtime.CompilerServices;
using TxAspects.Units.Sessions;

namespace TxAspects.Units.Commits;

/// <summary>The commit of a unit's sessions, after everything was saved.</summary>
/// <remarks>
/// The invariant: the admission of every session is closed before the first COMMIT is sent, so whoever is at work is found, and the commit
/// refused, before anything is durable; and nobody begins anything between the look and the last COMMIT.
/// </remarks>
internal static class UnitCommit
{
    /// <summary>Commits, in order or in two phases.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="sessions">Its sessions, or some of them.</param>
    /// <param name="reopens">Whether the sessions are used on.</param>
    /// <param name="async">Whether to wait asynchronously.</param>
    /// <exception cref="SessionInUseException">Somebody is at work on a session.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask RunAsync(UnitOfWork unit, Enlisted[] sessions, bool reopens, bool async)
    {
        var closed = Close(unit, sessions);
        try
        {
            if (unit.Report is { IsMeasuring: true } report && Array.Exists(sessions, enlisted => enlisted.Session!.Gate.IsOpen))
                await report.CommitAsync(() => CommitAsync(unit, sessions, async)).ConfigureAwait(false);
            else
                await CommitAsync(unit, sessions, async).ConfigureAwait(false);
        }
        finally
        {
            Leave(sessions, closed, reopens);
        }
    }

    private static ValueTask CommitAsync(UnitOfWork unit, Enlisted[] sessions, bool async)
        => unit.Options.CommitMode is CommitMode.TwoPhase && sessions.Count(enlisted => enlisted.Session!.Gate.IsOpen) > 1
            ? CommitInTwoPhases.RunAsync(unit, sessions, async)
            : CommitInOrder.RunAsync(unit, sessions, async);

    // Not an asynchronous method: what is inside the admissions flows to the commit from here.
    private static int Close(UnitOfWork unit, Enlisted[] sessions)
    {
        for (var index = 0; index < sessions.Length; index++)
        {
            var session = sessions[index].Session!;
            if (session.Admission.TryClose())
                continue;

            Leave(sessions, index, reopens: true);
            throw SessionInUseException.AtCommit(unit.Name, session.ConnectName);
        }

        return sessions.Length;
    }

    private static void Leave(Enlisted[] sessions, int count, bool reopens)
    {
        while (--count >= 0)
        {
            var admission = sessions[count].Session!.Admission;
            admission.Leave();
            if (reopens)
                admission.Open();
        }
    }
}
