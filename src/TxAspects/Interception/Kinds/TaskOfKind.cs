using Castle.DynamicProxy;
using TxAspects.UnitsOfWork;

namespace TxAspects.Interception.Kinds;

internal sealed class TaskOfKind<T> : ReturnKind
{
    public override void Intercept(AbstractInvocation invocation, MethodPlan plan, TxAspectsOptions process)
        => invocation.ReturnValue =
            CallRunner.RunAsync<Body, T>(plan.In(process), new Body(new Continuation(invocation, plan))).AsTask();

    private readonly struct Body(Continuation continuation) : IAsyncCallBody<T>
    {
        public ValueTask<T> InvokeAsync() => new((Task<T>)continuation.Proceed()!);
    }
}
