using Castle.DynamicProxy;
using TxAspects.Calls;
using TxAspects.Calls.Bodies;

namespace TxAspects.Interception;

internal sealed class TaskKind : ReturnKind
{
    public override void Intercept(AbstractInvocation invocation, MethodPlan plan, TxAspectsOptions process)
        => invocation.ReturnValue = CallRunner.RunAsync(plan.In(process), new Body(new Continuation(invocation, plan))).AsTask();

    private readonly struct Body(Continuation continuation) : IAsyncCallBody
    {
        public ValueTask InvokeAsync() => new((Task)continuation.Proceed()!);
    }
}

internal sealed class TaskKind<T> : ReturnKind
{
    public override void Intercept(AbstractInvocation invocation, MethodPlan plan, TxAspectsOptions process)
        => invocation.ReturnValue =
            CallRunner.RunAsync<Body, T>(plan.In(process), new Body(new Continuation(invocation, plan))).AsTask();

    private readonly struct Body(Continuation continuation) : IAsyncCallBody<T>
    {
        public ValueTask<T> InvokeAsync() => new((Task<T>)continuation.Proceed()!);
    }
}

internal sealed class ValueTaskKind : ReturnKind
{
    public override void Intercept(AbstractInvocation invocation, MethodPlan plan, TxAspectsOptions process)
        => invocation.ReturnValue = CallRunner.RunAsync(plan.In(process), new Body(new Continuation(invocation, plan)));

    private readonly struct Body(Continuation continuation) : IAsyncCallBody
    {
        public ValueTask InvokeAsync() => (ValueTask)continuation.Proceed()!;
    }
}

internal sealed class ValueTaskKind<T> : ReturnKind
{
    public override void Intercept(AbstractInvocation invocation, MethodPlan plan, TxAspectsOptions process)
        => invocation.ReturnValue =
            CallRunner.RunAsync<Body, T>(plan.In(process), new Body(new Continuation(invocation, plan)));

    private readonly struct Body(Continuation continuation) : IAsyncCallBody<T>
    {
        public ValueTask<T> InvokeAsync() => (ValueTask<T>)continuation.Proceed()!;
    }
}
