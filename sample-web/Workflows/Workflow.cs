namespace SampleWeb.Workflows;

/// <summary>Something to try out: a route of its own, and what the page says about it.</summary>
/// <param name="Name">The last part of the route.</param>
/// <param name="Group">The heading under which the page lists it.</param>
/// <param name="Title">What the button says.</param>
/// <param name="Summary">What happens, in one or two sentences.</param>
/// <param name="Status">The status of the answer.</param>
internal sealed record Workflow(string Name, string Group, string Title, string Summary, int Status = StatusCodes.Status200OK)
{
    /// <summary>The code that runs, as it is in the program's sources.</summary>
    public required IReadOnlyList<Snippet> Code { get; init; }

    /// <summary>What handles the route. It may take services.</summary>
    internal required Delegate Handler { get; init; }

    /// <summary>Whether the unit is the request's; else the services open their own.</summary>
    internal bool InUnitOfRequest { get; init; }
}
