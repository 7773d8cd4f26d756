using System.Diagnostics;
using System.Threading.Channels;
using SampleWeb.Runs;

namespace SampleWeb.Deliveries;

/// <summary>Orders that wait for the worker.</summary>
public sealed class DeliveryQueue
{
    private readonly Channel<Delivery> _deliveries = Channel.CreateUnbounded<Delivery>();

    public void Add(Guid orderId)
    {
        var caller = Activity.Current;
        var span = RunRecorder.Source.StartActivity("delivery", ActivityKind.Consumer);
        Activity.Current = caller;
        _deliveries.Writer.TryWrite(new Delivery(orderId, span));
    }

    public IAsyncEnumerable<Delivery> ReadAllAsync(CancellationToken cancellationToken)
        => _deliveries.Reader.ReadAllAsync(cancellationToken);
}
