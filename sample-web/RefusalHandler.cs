using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using SampleWeb.Stock;
using TxAspects;

namespace SampleWeb;

/// <summary>Turns exceptions that are answers into problem details. The unit was rolled back before they came here.</summary>
internal sealed class RefusalHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (StatusOf(exception) is not { } status)
            return ValueTask.FromResult(false);

        httpContext.Response.StatusCode = status;
        return problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            Exception = exception,
            ProblemDetails = new ProblemDetails { Status = status, Title = exception.GetType().Name, Detail = exception.Message },
        });
    }

    private static int? StatusOf(Exception exception) => exception switch
    {
        OutOfStockException or TransactionOpenException => StatusCodes.Status409Conflict,
        NoSuchProductException => StatusCodes.Status404NotFound,
        _ => null,
    };
}
