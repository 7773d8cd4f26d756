using Microsoft.AspNetCore.Http;

namespace TxAspects.AspNetCore.Answers;

/// <summary>
/// How much of an answer the server has, and what makes it whole for the client: its headers alone, or the last byte of a known length.
/// </summary>
internal struct AnswerLength(HttpContext context)
{
    private long _passed;

    public readonly bool IsOfHead => HttpMethods.IsHead(context.Request.Method);

    /// <summary>Whether the client waits for nothing behind the headers.</summary>
    public readonly bool HasNoBody
        => IsOfHead || context.Response.ContentLength is 0 ||
           context.Response.StatusCode
               is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified;

    /// <summary>Whether so many bytes more make the answer whole.</summary>
    public readonly bool IsReachedBy(long count) => HasNoBody || _passed + count == context.Response.ContentLength;

    public void Pass(long count) => _passed += count;
}
