using SampleWeb.Stock;
using TxAspects;

namespace SampleWeb.Workflows;

/// <summary>Work that fails, and what survives it.</summary>
public interface IFailures
{
    /// <exception cref="OutOfStockException">Always.</exception>
    [UnitOfWork]
    Task RollbackByExceptionAsync();
}
