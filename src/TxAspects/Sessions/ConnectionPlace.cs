using Microsoft.EntityFrameworkCore;

namespace TxAspects.Sessions;

/// <summary>A session's place among the connections that units may hold which run in no other unit with one.</summary>
internal struct ConnectionPlace
{
    private int _places;    // 1 while it holds one; changed with Interlocked

    public readonly bool IsTaken => _places != 0;

    /// <exception cref="PoolExhaustedException">None came free in the time that a connection may take to open.</exception>
    public static async ValueTask TakeAsync(Session session, SemaphoreSlim places, bool async, CancellationToken cancellationToken)
    {
        var seconds = session.Context.Database.GetDbConnection().ConnectionTimeout;
        var time = seconds == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);
        if (!(async ? await places.WaitAsync(time, cancellationToken).ConfigureAwait(false) : places.Wait(time, cancellationToken)))
            throw new PoolExhaustedException(session.Owner.Name, session.ConnectName);

        session.PlaceTaken();
    }

    public void Take() => _places = 1;

    public void Release(Engine engine)
    {
        if (Interlocked.Exchange(ref _places, 0) != 0)
            engine.OuterPlaces!.Release();
    }
}
