using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using TxAspects.AspNetCore.Requests;

namespace TxAspects.AspNetCore.Answers;

/// <summary>
/// Status and headers. Where a start was asked for and is held, they can be changed no more, as if it had reached the server.
/// </summary>
internal sealed class ResponseHead(RequestUnit unit, ResponseBody body, IHttpResponseFeature inner) : IHttpResponseFeature
{
    public IHttpResponseFeature Inner => inner;

    public int StatusCode
    {
        get => inner.StatusCode;
        set
        {
            // It decides about the commit, and was asked for.
            unit.ThrowIfHookOfItsEnd();
            ThrowIfStarted(nameof(StatusCode));
            inner.StatusCode = value;
        }
    }

    public string? ReasonPhrase
    {
        get => inner.ReasonPhrase;
        set
        {
            ThrowIfStarted(nameof(ReasonPhrase));
            inner.ReasonPhrase = value;
        }
    }

    public IHeaderDictionary Headers
    {
        get => IsStartHeld ? new StartedHeaders(inner.Headers) : inner.Headers;
        set
        {
            ThrowIfStarted(nameof(Headers));
            inner.Headers = value;
        }
    }

    public bool HasStarted => inner.HasStarted || IsStartHeld;

    /// <summary>Out of use since there is <see cref="IHttpResponseBodyFeature"/>, and still a part of the interface.</summary>
    [Obsolete("Use IHttpResponseBodyFeature.Stream instead.")]
    public Stream Body
    {
        get => body.Stream;
        set => inner.Body = value;
    }

    // When the unit ends, its cookie and the callbacks of Response.OnStarting may still set headers.
    private bool IsStartHeld => body.HoldsStart && !unit.IsOver;

    public void OnStarting(Func<object, Task> callback, object state)
    {
        ThrowIfStarted(nameof(OnStarting));
        inner.OnStarting(RunAsync, state);

        // A callback that changes the status does not know that the answer has become an error.
        async Task RunAsync(object given)
        {
            var status = inner.StatusCode;
            await callback(given).ConfigureAwait(false);
            if (unit.HasFailed && status >= StatusCodes.Status400BadRequest && inner.StatusCode < StatusCodes.Status400BadRequest)
                inner.StatusCode = status;
        }
    }

    public void OnCompleted(Func<object, Task> callback, object state) => inner.OnCompleted(callback, state);

    private void ThrowIfStarted(string what)
    {
        if (IsStartHeld)
            throw new InvalidOperationException($"{what} cannot be set because the response has already started.");
    }
}
