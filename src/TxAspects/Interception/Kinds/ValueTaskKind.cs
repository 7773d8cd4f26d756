using Castle.DynamicProxy;
using TxAspects.UnitsOfWork;

namespace TxAspects.Interception.Kinds;

internal sealed class ValueTaskKind : ReturnKind
{
    public override void Intercept(AbstractInvocation invocation, MethodPlan plan, TxAspectsOptions process)
        => invocation.ReturnValue = CallRunner.RunAsync(plan.In(process), new Body(new Continuation(invocation, plan)));

    private readonly struct Body(Continuation continuation) : IAsyncCallBody
    {
        public ValueTask InvokeAsync() => (ValueTask)continuation.Proceed()!;
    }
}
