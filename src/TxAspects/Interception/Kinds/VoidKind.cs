using Castle.DynamicProxy;
using TxAspects.UnitsOfWork;

namespace TxAspects.Interception.Kinds;

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
