using Microsoft.Extensions.Logging;

namespace TxAspects.AspNetCore.Requests;

/// <summary>What this package logs beside the core.</summary>
internal static partial class WebLog
{
    private const string NotTold =
        "A unit of work is committed, but its position cannot be told to the client, " +
        "because the application's data protection fails with {ErrorType}. " +
        "The client's next requests may read what a standby had before. See that the keys can be read and written.";

    [LoggerMessage(100, LogLevel.Warning, NotTold)]
    public static partial void PositionNotTold(this ILogger log, string errorType);
}
