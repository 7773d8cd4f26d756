using Microsoft.AspNetCore.Http.HttpResults;
using SampleWeb.Orders;

namespace SampleWeb.Workflows;

/// <summary>An endpoint whose unit is the request's, opened by <c>app.UseTxAspects()</c>.</summary>
internal static class RollbackByStatus
{
    public static async Task<ProblemHttpResult> RunAsync(IOrders orders)
    {
        await orders.PlaceAsync("Ada", "TEA");

        // Nothing is thrown. The request's unit rolls back because of the status, before the first byte is sent.
        return TypedResults.Problem("Ada is not allowed to buy tea.", statusCode: StatusCodes.Status403Forbidden);
    }
}
