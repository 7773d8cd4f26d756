using TxAspects;

namespace SampleWeb.Workflows;

/// <summary>Figures of the shop, each read in a unit of its own.</summary>
[NewContext]
public interface IStatistics
{
    Task<long> CountOrdersAsync();

    Task<decimal> SumSalesAsync();

    Task<long> CountPiecesAsync();
}
