using System.Data.Common;
using TxAspects.Observing;

namespace TxAspects.Sessions;

/// <summary>Stops what other flows do on a session that is to be rolled back or closed.</summary>
internal static class Stopping
{
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TimeToStopReading = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Throws where the end of a session is asked for from inside what it is doing, such as from an interceptor: it would wait for itself.
    /// </summary>
    public static void Refuse(Session session, string operation)
    {
        if (session.Admission.IsInside)
            throw SessionInUseException.Inside(session.Owner.Name, session.ConnectName, operation);
    }

    /// <summary>Rolls a session back that is to be used on, and forgets what its tracker holds.</summary>
    /// <exception cref="SessionInUseException">Another flow is at work on it, and does not stop, or has sent its commit.</exception>
    public static async ValueTask RollBackAsync(Session session, bool async)
    {
        var last = session.Saves.Last;    // forgotten when whoever sends it has left
        try
        {
            var isFree = await StopAsync(session, mustLeave: true, async).ConfigureAwait(false);
            if (!isFree || last is { IsSent: true } or { IsCommitted: true })
                throw SessionInUseException.AtRollback(session.Owner.Name, session.ConnectName);

            if (session.HasUnsavedChanges)
                session.PlacesOrNull?.ChangesGivenUp(session.Owner.Here);
            await session.Gate.RollBackAsync(async, failure: null).ConfigureAwait(false);
            session.ClearTracker();
            session.Saves.GivenUp();
        }
        finally
        {
            session.Admission.Open();
        }
    }

    /// <summary>
    /// Closes the admission and cancels what is running. A synchronous caller does not wait: who is to stop may need its thread.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="mustLeave">Whether whoever is inside has to leave; else it is enough that no command is running.</param>
    /// <param name="async">Whether to wait asynchronously.</param>
    /// <returns>True where nothing is sent on the connection any more.</returns>
    public static ValueTask<bool> StopAsync(Session session, bool mustLeave, bool async)
    {
        var work = session.Admission.Close();
        return work is null && !session.Gate.IsExecuting ? new(true) : StopAsync(session, work, mustLeave, async);
    }

    private static async ValueTask<bool> StopAsync(Session session, AdmittedWork? work, bool mustLeave, bool async)
    {
        if (work is { } seen && !await StopSeenAsync(session, seen, mustLeave, async).ConfigureAwait(false))
            return false;
        if (async && session.Gate.IsExecuting)
            await WaitAsync(WaitUntilAnsweredAsync(session), TimeToStop).ConfigureAwait(false);
        return !session.Gate.IsExecuting;
    }

    /// <summary>Waits for commands that user code has sent past EF Core. No driver tells of their end.</summary>
    public static async Task WaitUntilAnsweredAsync(Session session)
    {
        while (session.Gate.IsExecuting)
            await Task.Delay(Pause).ConfigureAwait(false);
    }

    private static async ValueTask<bool> StopSeenAsync(Session session, AdmittedWork work, bool mustLeave, bool async)
    {
        // Nothing was sent, and nothing will be: who is inside is refused at the next step.
        if (work.Command is null && !mustLeave)
            return true;

        if (work.Command is { } command)
            await CancelAsync(session, command, work, async).ConfigureAwait(false);
        else if (async)
            await WaitAsync(work.Left, TimeToStop).ConfigureAwait(false);

        if (work.Left.IsCompleted)
            return true;
        if (work.IsInside || work.Reader is null)
            return false;

        // Nobody is reading on: the reader was forgotten.
        await CloseReaderAsync(session, work.Reader, async).ConfigureAwait(false);
        session.Admission.Finish(work.Command!);
        return true;
    }

    private static async ValueTask CancelAsync(Session session, DbCommand command, AdmittedWork work, bool async)
    {
        // A driver may send the cancellation over a connection of its own, and wait for a server that does not answer.
        var cancelled = Task.Run(() => Cancel(session, command));

        // Between two steps of a sequence nobody is inside, and nobody comes in any more: there is nothing to wait for.
        var stopped = work is { Reader: not null, IsInside: false } ? cancelled : Task.WhenAll(cancelled, work.Left);
        if (async)
            await WaitAsync(stopped, work.Reader is null ? TimeToStop : TimeToStopReading).ConfigureAwait(false);
    }

    // Real time: by a clock of the unit's that nobody moves on, as tests have it, an end would wait for ever.
    private static async ValueTask WaitAsync(Task task, TimeSpan atMost)
    {
        using var enough = new CancellationTokenSource();
        await Task.WhenAny(task, Task.Delay(atMost, enough.Token)).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
    }

    private static void Cancel(Session session, DbCommand command)
    {
        try
        {
            session.Engine.Driver.Cancel(command);
        }
        catch (Exception exception)
        {
            session.Owner.Log.CancelFailed(session.ConnectName, session.Owner.Name, exception);
        }
    }

    private static async ValueTask CloseReaderAsync(Session session, DbDataReader reader, bool async)
    {
        try
        {
            if (async)
                await reader.CloseAsync().ConfigureAwait(false);
            else
                reader.Close();
        }
        catch (DbException exception)
        {
            session.Owner.Log.CloseFailed(session.ConnectName, session.Owner.Name, exception);
        }
    }
}
