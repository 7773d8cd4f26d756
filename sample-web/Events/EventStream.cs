using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace SampleWeb.Events;

/// <summary>Hands each event to everybody who listens at that moment.</summary>
public sealed class EventStream
{
    private const int MostUnread = 100;

    private readonly ConcurrentDictionary<Channel<ShopEvent>, byte> _listeners = new();

    public void Publish(ShopEvent happened)
    {
        foreach (var (listener, _) in _listeners)
            listener.Writer.TryWrite(happened);
    }

    /// <summary>The events from now on. A listener that does not keep up loses the oldest ones.</summary>
    public async IAsyncEnumerable<ShopEvent> ListenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listener = Channel.CreateBounded<ShopEvent>(
            new BoundedChannelOptions(MostUnread) { FullMode = BoundedChannelFullMode.DropOldest });
        _listeners.TryAdd(listener, 0);
        try
        {
            yield return new ShopEvent("listening", "Everything that is committed from now on is told here.", null);
            await foreach (var happened in listener.Reader.ReadAllAsync(cancellationToken))
                yield return happened;
        }
        finally
        {
            _listeners.TryRemove(listener, out _);
        }
    }
}
