using TxAspects.Calls;
using TxAspects.Interception.Kinds;

namespace TxAspects.Interception.Streams;

/// <summary>A sequence whose method is called, in a unit, by the first step of each enumeration.</summary>
internal sealed class UnitStream<T>(InterceptedCall call) : IAsyncEnumerable<T>
{
    private readonly Continuation _continuation = new(call, startsLater: true);

    public CallRequest Request => call.Request;

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        => new UnitStreamEnumerator<T>(this, cancellationToken);

    public IAsyncEnumerator<T> Begin(CancellationToken cancellationToken)
        => _continuation.Proceed<IAsyncEnumerable<T>>().GetAsyncEnumerator(cancellationToken)
            ?? throw NullResultException.Of<IAsyncEnumerator<T>>(Request.Name.ToString());
}
