using DotNetCore.CAP;
using DotNetCore.CAP.Transport;

namespace TxAspects.Neighbours.Tests.Cap;

/// <summary>Publishes in the transaction of the unit that is open; outside units as CAP does.</summary>
public sealed class UnitPublisher(ICapPublisher cap, IDispatcher dispatcher, DbConnect<ShopContext> shop) : ICapPublisher
{
    public IServiceProvider ServiceProvider => cap.ServiceProvider;

    public ICapTransaction? Transaction
    {
        get => null;
        set => throw new NotSupportedException("CAP begins no transactions here. Publish inside a unit of work: it has the transaction.");
    }

    public Task PublishAsync<T>(string name, T? contentObj, string? callbackName = null, CancellationToken cancellationToken = default)
        => InUnitAsync(() => cap.PublishAsync(name, contentObj, callbackName, cancellationToken), cancellationToken);

    public Task PublishAsync<T>(
        string name, T? contentObj, IDictionary<string, string?> headers, CancellationToken cancellationToken = default)
        => InUnitAsync(() => cap.PublishAsync(name, contentObj, headers, cancellationToken), cancellationToken);

    public Task PublishDelayAsync<T>(
        TimeSpan delayTime, string name, T? contentObj, IDictionary<string, string?> headers, CancellationToken cancellationToken = default)
        => InUnitAsync(() => cap.PublishDelayAsync(delayTime, name, contentObj, headers, cancellationToken), cancellationToken);

    public Task PublishDelayAsync<T>(
        TimeSpan delayTime, string name, T? contentObj, string? callbackName = null, CancellationToken cancellationToken = default)
        => InUnitAsync(() => cap.PublishDelayAsync(delayTime, name, contentObj, callbackName, cancellationToken), cancellationToken);

    // CAP's own synchronous methods block in the same way.
    public void Publish<T>(string name, T? contentObj, string? callbackName = null)
        => PublishAsync(name, contentObj, callbackName).GetAwaiter().GetResult();

    public void Publish<T>(string name, T? contentObj, IDictionary<string, string?> headers)
        => PublishAsync(name, contentObj, headers).GetAwaiter().GetResult();

    public void PublishDelay<T>(TimeSpan delayTime, string name, T? contentObj, IDictionary<string, string?> headers)
        => PublishDelayAsync(delayTime, name, contentObj, headers).GetAwaiter().GetResult();

    public void PublishDelay<T>(TimeSpan delayTime, string name, T? contentObj, string? callbackName = null)
        => PublishDelayAsync(delayTime, name, contentObj, callbackName).GetAwaiter().GetResult();

    private async Task InUnitAsync(Func<Task> publish, CancellationToken cancellationToken)
    {
        if (!Tx.IsOpen)
        {
            await publish();
            return;
        }

        await Tx.ConnectionAsync(shop, cancellationToken);    // open, and in the transaction
        var db = await Tx.SessionAsync(shop, cancellationToken);
        var transaction = new UnitCapTransaction(dispatcher) { DbTransaction = db.Database.CurrentTransaction };
        Tx.OnCommitted(transaction.SendAsync);

        // CAP keeps it in an AsyncLocal. Set in an asynchronous method it is gone when the method returns, and no other branch sees it.
        cap.Transaction = transaction;
        await publish();
    }
}
