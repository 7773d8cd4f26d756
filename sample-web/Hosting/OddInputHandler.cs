using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace SampleWeb.Hosting;

/// <summary>
/// Answers with 400 what the database cannot store or compute, such as a name with a zero character or a sum that is too large. Says
/// nothing of the value.
/// </summary>
internal sealed class OddInputHandler(IProblemDetailsService problems) : IExceptionHandler
{
    // https://www.postgresql.org/docs/current/errcodes-appendix.html: data exceptions.
    private const string DataException = "22";

    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!IsDataException(exception.GetBaseException()))
            return ValueTask.FromResult(false);

        httpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
        return problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            Exception = exception,
            ProblemDetails = new ProblemDetails
            {
                Status = StatusCodes.Status400BadRequest,
                Title = "Odd input",
                Detail = "The database cannot take one of the values.",
            },
        });
    }

    private static bool IsDataException(Exception exception)
        => exception is PostgresException { SqlState: var state } && state.StartsWith(DataException, StringComparison.Ordinal);
}
