using System.Net.Sockets;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using TxAspects;

namespace SampleWeb.Hosting;

/// <summary>Answers with 503 where the database cannot be reached, or goes while it is used, so that callers know to come again.</summary>
internal sealed class DatabaseGoneHandler(IProblemDetailsService problems) : IExceptionHandler
{
    // https://www.postgresql.org/docs/current/errcodes-appendix.html: the server is shutting down, or starting.
    private static readonly string[] GoingStates = [PostgresErrorCodes.AdminShutdown, PostgresErrorCodes.CannotConnectNow];

    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!IsGone(exception))
            return ValueTask.FromResult(false);

        var isUnknown = CausesOf(exception).Any(cause => cause is CommitOutcomeUnknownException);
        httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            Exception = exception,
            ProblemDetails = new ProblemDetails
            {
                Status = StatusCodes.Status503ServiceUnavailable,
                Title = "The database is gone",
                Detail = isUnknown
                    ? "The shop's database went while it committed, so nobody knows whether what was asked for was done."
                    : "The shop's database does not answer. What was asked for was not done.",
            },
        });
    }

    private static bool IsGone(Exception exception) => CausesOf(exception).Any(cause => cause switch
    {
        PostgresException refused => GoingStates.Contains(refused.SqlState),
        NpgsqlException { InnerException: IOException or SocketException } => true,
        _ => false,
    });

    private static IEnumerable<Exception> CausesOf(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
            yield return cause;
    }
}
