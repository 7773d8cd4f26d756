using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Infrastructure;

namespace TxAspects;

/// <summary>Results of ASP.NET Core as outcomes.</summary>
public static class TxAspectsResultExtensions
{
    /// <summary>
    /// Rolls back when a unit's outermost call returns a result with a status of 400 and above: an IResult or an IActionResult, also inside
    /// Results or ActionResult.
    /// </summary>
    /// <remarks>For services that return such results. The unit of a request follows the status of the response anyway.</remarks>
    public static TxAspectsOptions RollbackOnFailureStatus(this TxAspectsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options
            .RollbackWhen<IStatusCodeHttpResult>(result => IsFailure(result))
            .RollbackWhen<INestedHttpResult>(result => IsFailure(result))
            .RollbackWhen<IStatusCodeActionResult>(result => IsFailure(result))
            .RollbackWhen<IConvertToActionResult>(result => IsFailure(result));
    }

    private static bool IsFailure(object result) => result switch
    {
        INestedHttpResult nested => IsFailure(nested.Result),
        IConvertToActionResult convertible => IsFailure(convertible.Convert()),
        IStatusCodeHttpResult { StatusCode: { } status } => status >= StatusCodes.Status400BadRequest,
        IStatusCodeActionResult { StatusCode: { } status } => status >= StatusCodes.Status400BadRequest,
        _ => false,
    };
}
