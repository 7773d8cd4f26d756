using TxAspects.Calls;
using TxAspects.Calls.Bodies;

namespace TxAspects.Interception.Kinds;

internal sealed class TaskOfKind<T> : ReturnKind
{
    public override void Intercept(in InterceptedCall call)
        => call.Invocation.ReturnValue =
            CallRunner.RunAsync<Body, T>(call.Request, new Body(new Continuation(call, call.Plan.StartsLater))).AsTask();

    private readonly struct Body(Continuation continuation) : IAsyncCallBody<T>
    {
        public ValueTask<T> InvokeAsync() => new(continuation.Proceed<Task<T>>());
    }
}
