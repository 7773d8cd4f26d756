using TxAspects.Interception.Kinds;

namespace TxAspects.Interception.Streams;

internal sealed class StreamKind<T> : ReturnKind
{
    public override void Intercept(in InterceptedCall call) => call.Invocation.ReturnValue = new UnitStream<T>(call);
}
