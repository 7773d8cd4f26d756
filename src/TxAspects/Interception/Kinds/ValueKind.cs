using TxAspects.Calls;
using TxAspects.Calls.Bodies;

namespace TxAspects.Interception.Kinds;

internal sealed class ValueKind<T> : ReturnKind
{
    public override void Intercept(in InterceptedCall call)
        => CallRunner.Run<Body, T>(call.Request, new Body(new SynchronousStart(call), call.Plan));

    private readonly struct Body(SynchronousStart start, MethodPlan plan) : ICallBody<T>
    {
        // Null is a value like others, unless the type has none and an interceptor behind this one gave none.
        public T Invoke()
            => start.Proceed() is T value ? value : default(T) is null ? default! : throw NullResultException.Of<T>(plan.Name.ToString());
    }
}
