using TxAspects;

namespace SampleWeb.Workflows;

/// <summary>Each workflow as a route of its own.</summary>
internal static class WorkflowsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/workflows", () => WorkflowList.All).WithSummary("What there is to try out, with the code that runs.");
        foreach (var workflow in WorkflowList.All)
        {
            var route = routes.MapPost($"/workflows/{workflow.Name}", workflow.Handler)
                .WithMetadata(workflow).WithTags("Workflows").WithName(workflow.Name).WithSummary(workflow.Summary);
            if (workflow.Status >= StatusCodes.Status400BadRequest)
                route.ProducesProblem(workflow.Status);
            if (!workflow.InUnitOfRequest)
                route.WithoutUnitOfWork();
        }
    }
}
