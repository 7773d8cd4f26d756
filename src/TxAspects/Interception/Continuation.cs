using Castle.DynamicProxy;

namespace TxAspects.Interception;

/// <summary>The way on to the method. An invocation forgets its place once the interceptor has returned, so a method that starts later needs a copy.</summary>
internal readonly struct Continuation(IInvocation invocation, MethodPlan plan)
{
    private readonly IInvocationProceedInfo? _place = plan.StartsLater ? invocation.CaptureProceedInfo() : null;

    public object? Proceed()
    {
        if (_place is null)
            invocation.Proceed();
        else
            _place.Invoke();

        return invocation.ReturnValue;
    }
}
