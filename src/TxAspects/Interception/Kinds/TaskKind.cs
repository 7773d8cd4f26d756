using Castle.DynamicProxy;
using TxAspects.UnitsOfWork;

namespace TxAspects.Interception.Kinds;

internal sealed class TaskKind : ReturnKind
{
    public override void Intercept(AbstractInvocation invocation, MethodPlan plan, TxAspectsOptions process)
        => invocation.ReturnValue = CallRunner.RunAsync(plan.In(process), new Body(new Continuation(invocation, plan))).AsTask();

    private readonly struct Body(Continuation continuation) : IAsyncCallBody
    {
        public ValueTask InvokeAsync() => new((Task)continuation.Proceed()!);
    }
}
