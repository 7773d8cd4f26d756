using Microsoft.AspNetCore.Http.Features;

namespace TxAspects.AspNetCore.Requests;

/// <summary>
/// How an answer was completed. Kestrel for one heeds an exception in a synchronous completion alone, so the way is kept.
/// </summary>
internal sealed record Completion(Completion.Way By, Exception? Exception = null)
{
    public enum Way
    {
        Writer,
        WriterAwaited,
        Response,
    }

    public ValueTask RepeatAsync(IHttpResponseBodyFeature server, bool async)
    {
        switch (By)
        {
            case Way.Response when async:
                return new(server.CompleteAsync());
            case Way.WriterAwaited when async:
                return server.Writer.CompleteAsync(Exception);
            default:
                server.Writer.Complete(Exception);
                return default;
        }
    }
}
