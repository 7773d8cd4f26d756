using SampleWeb.Workflows;

namespace SampleWeb.Runs;

/// <summary>Records the requests that run a workflow, and answers with the id under which the record is found.</summary>
internal sealed class RunMiddleware(RequestDelegate next, RunRecorder recorder)
{
    public const string Header = "Run-Id";

    public Task InvokeAsync(HttpContext context)
        => context.GetEndpoint()?.Metadata.GetMetadata<Workflow>() is { } workflow ? RecordAsync(context, workflow.Name) : next(context);

    private async Task RecordAsync(HttpContext context, string workflow)
    {
        var (run, span) = recorder.Begin(workflow);
        using var stopped = span;

        // Not set now: an exception handler clears what was.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[Header] = run.Id;
            return Task.CompletedTask;
        });
        await next(context);
        run.Status = context.Response.StatusCode;
    }
}
