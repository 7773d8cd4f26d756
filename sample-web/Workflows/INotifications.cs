using SampleWeb.Orders;
using TxAspects;

namespace SampleWeb.Workflows;

/// <summary>What happens after the commit, and only then.</summary>
[UnitOfWork]
public interface INotifications
{
    Task<Order> AfterCommitAsync();

    Task<Order> BackgroundWorkerAsync();
}
