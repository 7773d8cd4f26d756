namespace TxAspects.Interception.Kinds;

internal sealed class StreamKind<T> : ReturnKind
{
    public override void Intercept(in InterceptedCall call) => call.Invocation.ReturnValue = new UnitStream<T>(call);
}
