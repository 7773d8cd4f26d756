using Castle.DynamicProxy;
using TxAspects.UnitsOfWork;

namespace TxAspects.Interception.Kinds;

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
