using System.Diagnostics.Metrics;

namespace TxAspects.Tests;

/// <summary>What Npgsql tells of one pool.</summary>
public sealed class PoolMetrics : IDisposable
{
    private const string Count = "db.client.connection.count";
    private const string Pending = "db.client.connection.npgsql.pending_requests";

    private readonly MeterListener _listener = new();
    private readonly TaskCompletionSource _pending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _pool;
    private int _used;

    public PoolMetrics(string pool)
    {
        _pool = pool;
        _listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument is { Meter.Name: "Npgsql", Name: Count or Pending })
                self.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>(Measure);
        _listener.Start();
    }

    /// <summary>Ends when somebody waits for a connection.</summary>
    public Task SomebodyWaits => _pending.Task;

    /// <summary>Connections taken and not given back.</summary>
    public int CountUsed()
    {
        _used = 0;
        _listener.RecordObservableInstruments();
        return _used;
    }

    public void Dispose() => _listener.Dispose();

    private void Measure(Instrument instrument, int value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var (isOurs, isUsed) = (false, false);
        foreach (var tag in tags)
        {
            isOurs |= tag.Key == "db.client.connection.pool.name" && _pool.Equals(tag.Value);
            isUsed |= tag is { Key: "db.client.connection.state", Value: "used" };
        }

        if (isOurs && instrument.Name == Pending && value > 0)
            _pending.TrySetResult();
        if (isOurs && instrument.Name == Count && isUsed)
            _used += value;
    }
}
