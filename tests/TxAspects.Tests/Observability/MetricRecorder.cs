using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace TxAspects.Tests;

/// <summary>Keeps every measurement of TxAspects, as text.</summary>
public sealed class MetricRecorder : IDisposable
{
    private readonly ConcurrentQueue<(string Instrument, string Text)> _measurements = new();
    private readonly MeterListener _listener = new();

    public MetricRecorder()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "TxAspects")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The measurements of one instrument, such as '1 txaspects.unit.name=job', in their order.</summary>
    public string Of(string instrument)
        => string.Join("; ",
            _measurements.Where(measurement => measurement.Instrument == instrument).Select(measurement => measurement.Text));

    /// <summary>Every measurement of every instrument.</summary>
    public string All => string.Join("; ", _measurements.Select(measurement => $"{measurement.Instrument} {measurement.Text}"));

    public void Dispose() => _listener.Dispose();

    private void Add<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct, IFormattable
    {
        var text = value.ToString(null, CultureInfo.InvariantCulture);
        foreach (var tag in tags)
            text += $" {tag.Key}={tag.Value}";
        _measurements.Enqueue((instrument.Name, text));
    }
}
