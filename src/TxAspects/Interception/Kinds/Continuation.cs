using Castle.DynamicProxy;

namespace TxAspects.Interception.Kinds;

/// <summary>The way on to the method.</summary>
internal readonly struct Continuation(AbstractInvocation invocation, MethodPlan plan)
{
    private readonly AbstractInvocation _invocation = plan.StartsLater ? invocation.Copy() : invocation;

    public object? Proceed()
    {
        _invocation.Proceed();
        return _invocation.ReturnValue;
    }
}
