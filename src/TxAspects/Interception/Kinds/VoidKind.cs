using TxAspects.Calls;
using TxAspects.Calls.Bodies;

namespace TxAspects.Interception.Kinds;

internal sealed class VoidKind : ReturnKind
{
    public override void Intercept(in InterceptedCall call)
        => CallRunner.Run<Body, Nothing>(call.Request, new Body(new SynchronousStart(call)));

    private readonly struct Body(SynchronousStart start) : ICallBody<Nothing>
    {
        public Nothing Invoke()
        {
            start.Proceed();
            return default;
        }
    }
}
