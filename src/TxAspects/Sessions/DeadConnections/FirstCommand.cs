namespace TxAspects.Sessions.DeadConnections;

/// <summary>
/// A transaction's first command whose connection was gone. It certainly kept nothing, so it is sent again, once, over another one.
/// </summary>
/// <remarks>
/// The beginning of the transaction stands in front of that command, and its commit was not sent: whatever the server did of it, it undid
/// with the connection. A save that has taken the commit along is sent again only where the server said that it kept nothing. All that
/// holds for commands of EF Core's own; what SQL text does may not be undone by a rollback. Not where a cancellation was sent, which may
/// have met the beginning alone.
/// </remarks>
internal static class FirstCommand
{
    /// <summary>Whether what has failed so is to be sent again.</summary>
    public static bool IsToBeSentAgain(Session session, Exception failure)
    {
        var driver = session.Engine.Driver;
        var isUndone = session.Saves.Last is { IsSent: true } last
            ? last.IsUndone
            : session.Gate is { HasLost: true } or { LoneQueries.HasLost: true };
        return isUndone && session.Gate is { Current: null or { IsOfSave: false }, Commands: { AreNone: true, IsRepeatable: true } } &&
               session is { Opening: { WasPooled: true, IsSuspect: false }, Owner.Deadline: null or { HasPassed: false } } &&
               failure.Causes().Any(driver.IsConnectionLost) && !failure.Causes().Any(driver.IsCancellation);
    }

    /// <summary>Gives up the transaction in which it failed. The next connection is not taken unseen.</summary>
    public static async ValueTask GiveUpAsync(Session session, bool async)
    {
        session.Opening.IsSuspect = true;
        if (session.Gate.Current is not { } lost)
            return;

        if (async)
            await lost.DisposeAsync().ConfigureAwait(false);
        else
            lost.Dispose();
    }
}
