using Castle.DynamicProxy;
using TxAspects.Calls;
using TxAspects.Calls.Bodies;

namespace TxAspects.Interception;

internal sealed class VoidKind : ReturnKind
{
    public override void Intercept(AbstractInvocation invocation, MethodPlan plan, TxAspectsOptions process)
        => CallRunner.Run<Body, Nothing>(plan.In(process), new Body(invocation));

    private readonly struct Body(AbstractInvocation invocation) : ICallBody<Nothing>
    {
        public Nothing Invoke()
        {
            invocation.Proceed();
            return default;
        }
    }
}

internal sealed class ValueKind<T> : ReturnKind
{
    public override void Intercept(AbstractInvocation invocation, MethodPlan plan, TxAspectsOptions process)
        => CallRunner.Run<Body, T>(plan.In(process), new Body(invocation));

    private readonly struct Body(AbstractInvocation invocation) : ICallBody<T>
    {
        public T Invoke()
        {
            invocation.Proceed();
            return (T)invocation.ReturnValue!;
        }
    }
}
