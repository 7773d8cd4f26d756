using Microsoft.Extensions.Logging;

namespace TxAspects.Http;

/// <summary>Every log message of this package, with its fixed event id.</summary>
internal static partial class Log
{
    [LoggerMessage(60, LogLevel.Warning, "Unit of work '{Unit}' makes an HTTP call to '{Host}' while its transaction on '{Connect}' is " +
                                         "open, and keeps its connection and its locks until the answer comes. Call before the first " +
                                         "command, in Tx.OnCommitted, or after Tx.CommitAsync.")]
    public static partial void HttpInTransaction(this ILogger log, string unit, string host, string connect);
}
