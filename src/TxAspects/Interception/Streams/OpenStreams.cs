using TxAspects.Units.Ambient;

namespace TxAspects.Interception.Streams;

/// <summary>
/// The sequences of [UnitOfWork] methods that were begun in a flow of calls and have not ended; for packages that know when that flow is
/// over.
/// </summary>
/// <remarks>System.Text.Json, for one, does not dispose the enumerator of a property when the client leaves.</remarks>
public sealed class OpenStreams
{
    private static readonly AmbientSlot<OpenStreams> Slot = new();

    private readonly Lock _gate = new();
    private List<IOpenStream>? _streams;    // made with the first; branches may begin some at once

    private OpenStreams()
    {
    }

    internal static OpenStreams? Current => Slot.Current;

    /// <summary>Collects what is begun in the rest of the asynchronous method that calls this, and in what it calls.</summary>
    public static OpenStreams Collect()
    {
        var streams = new OpenStreams();
        Slot.Enter(streams);    // Left by the asynchronous method itself, which gives its caller back what was ambient.
        return streams;
    }

    /// <summary>Whether one of them runs in this unit.</summary>
    public bool AnyIn(ITxUnit unit) => Array.Exists(All(), stream => stream.Unit == unit);

    /// <summary>
    /// Ends those between two steps as if they were disposed: a unit of their own rolls back. False where there were none.
    /// </summary>
    public async ValueTask<bool> LeaveAsync()
    {
        var streams = All();
        foreach (var stream in streams)
            await stream.LeaveAsync().ConfigureAwait(false);
        return streams.Length > 0;
    }

    internal void Add(IOpenStream stream)
    {
        lock (_gate)
            (_streams ??= []).Add(stream);
    }

    internal void Remove(IOpenStream stream)
    {
        lock (_gate)
            _streams?.Remove(stream);
    }

    private IOpenStream[] All()
    {
        lock (_gate)
            return _streams is null ? [] : [.. _streams];
    }
}
