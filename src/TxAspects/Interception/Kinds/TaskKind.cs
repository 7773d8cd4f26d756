using TxAspects.Calls;
using TxAspects.Calls.Bodies;

namespace TxAspects.Interception.Kinds;

internal sealed class TaskKind : ReturnKind
{
    public override void Intercept(in InterceptedCall call)
        => call.Invocation.ReturnValue =
            CallRunner.RunAsync(call.Request, new Body(new Continuation(call, call.Plan.StartsLater))).AsTask();

    private readonly struct Body(Continuation continuation) : IAsyncCallBody
    {
        public ValueTask InvokeAsync() => new(continuation.Proceed<Task>());
    }
}
