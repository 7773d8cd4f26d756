using Microsoft.AspNetCore.Http;

namespace TxAspects.AspNetCore.Tests;

/// <summary>One way to answer a request.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Answer">Does it.</param>
internal sealed record Way(string Name, Func<HttpResponse, Task> Answer)
{
    /// <summary>The endpoint throws behind what it has answered.</summary>
    public bool Fails { get; init; }

    /// <summary>The server takes back what the endpoint said, or says it in words of its own.</summary>
    public bool IsRejected { get; init; }
}
