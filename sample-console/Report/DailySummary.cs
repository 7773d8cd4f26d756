namespace SampleConsole.Report;

/// <summary>What one day amounts to.</summary>
public sealed class DailySummary
{
    public required DateOnly Day { get; init; }

    public int Sales { get; init; }

    public decimal SalesTotal { get; init; }

    public int Refunds { get; init; }

    public decimal RefundTotal { get; init; }

    public PublishingStatus Status { get; set; }

    public decimal Net => SalesTotal - RefundTotal;
}
