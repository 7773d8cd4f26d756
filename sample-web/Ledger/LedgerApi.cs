namespace SampleWeb.Ledger;

/// <summary>The ledger over HTTP.</summary>
internal static class LedgerApi
{
    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapGet("/ledger", (ILedger ledger) => ledger.SumAsync())
            .WithSummary("The sums of the ledger, and whether they are exact.");
}
