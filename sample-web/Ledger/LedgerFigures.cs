namespace SampleWeb.Ledger;

/// <summary>The ledger as a whole. It is exact when every figure named 'off' is zero.</summary>
/// <param name="Orders">How many orders there are.</param>
/// <param name="Receivables">What buyers owe.</param>
/// <param name="Revenue">What was earned, as a credit.</param>
/// <param name="MoneyOff">All entries together.</param>
/// <param name="OrdersOff">By how much the receivables differ from the totals of the orders.</param>
/// <param name="GoodsOff">How many products have a stock that is not the sum of their movements.</param>
public sealed record LedgerFigures(long Orders, decimal Receivables, decimal Revenue, decimal MoneyOff, decimal OrdersOff, int GoodsOff)
{
    public bool IsExact => MoneyOff == 0 && OrdersOff == 0 && GoodsOff == 0;
}
