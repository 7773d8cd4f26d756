using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace TxAspects.Connections;

/// <content>The connection as it comes and goes; told by the interceptor.</content>
internal sealed partial class Session
{
    private IDbContextTransaction? _begun;
    private int? _lostGeneration;
    private int _places;    // 1 while it holds one; changed with Interlocked

    /// <summary>True where the transaction went with its connection, until a rollback is asked for. EF Core begins the next one without a word.</summary>
    public bool HasLostTransaction => _lostGeneration is not null;

    /// <summary>What is known of why <see cref="HasLostTransaction"/>: the failed command, where EF Core ran it.</summary>
    public Exception? CauseOfLoss => _failure?.Exception;

    /// <summary>Waits until a connection may be taken from the pool without leaving units inside others none.</summary>
    /// <exception cref="PoolExhaustedException">None came free in the time that a connection may take to open.</exception>
    public ValueTask OpeningAsync(bool async, CancellationToken cancellationToken)
        => Engine?.OuterPlaces is not { } places || _places != 0 || _owner.FindHolder(this) is not null
            ? default
            : TakePlaceAsync(places, async, cancellationToken);

    /// <exception cref="PoolExhaustedException">The pool is empty, and a unit around this one holds a connection of it.</exception>
    public void OpeningFailed(Exception exception)
    {
        ReleasePlace();
        if (Connect.IsPoolExhausted(exception) && _owner.FindHolder(this) is { } holder)
            throw new PoolExhaustedException(_owner.Name, holder, Connect.Name, exception);
    }

    /// <summary>Who ends a transaction in order forgets it before the connection closes. What user code began itself is for that code to end.</summary>
    public void ConnectionClosed()
    {
        ReleasePlace();
        if (!_closing && _begun is not null && !IsDisposed(Context) && Transaction == _begun)
            _lostGeneration ??= Generation;
    }

    private async ValueTask TakePlaceAsync(SemaphoreSlim places, bool async, CancellationToken cancellationToken)
    {
        var seconds = Context.Database.GetDbConnection().ConnectionTimeout;
        var time = seconds == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);
        if (!(async ? await places.WaitAsync(time, cancellationToken).ConfigureAwait(false) : places.Wait(time, cancellationToken)))
            throw new PoolExhaustedException(_owner.Name, Connect.Name);

        _places = 1;
    }

    private void ReleasePlace()
    {
        if (Interlocked.Exchange(ref _places, 0) != 0)
            Engine!.OuterPlaces!.Release();
    }
}
