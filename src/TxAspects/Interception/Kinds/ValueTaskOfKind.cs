using TxAspects.Calls;
using TxAspects.Calls.Bodies;

namespace TxAspects.Interception.Kinds;

internal sealed class ValueTaskOfKind<T> : ReturnKind
{
    public override void Intercept(in InterceptedCall call)
        => call.Invocation.ReturnValue =
            CallRunner.RunAsync<Body, T>(call.Request, new Body(new Continuation(call, call.Plan.StartsLater)));

    private readonly struct Body(Continuation continuation) : IAsyncCallBody<T>
    {
        public ValueTask<T> InvokeAsync() => continuation.Proceed<ValueTask<T>>();
    }
}
