using Castle.DynamicProxy;

namespace TxAspects.Interception.Kinds;

/// <summary>The way on to the method: through the other interceptors of the proxy, if it has any.</summary>
/// <remarks>
/// A method that starts after its interceptor has returned, or more than once, gets an invocation of its own for each start. The one that
/// Castle made has lost its place by then, and its return value is being read by the caller, perhaps at the same time. Its arguments are
/// those of the first start. A method whose target lives in the unit's scope is started on that target each time.
/// </remarks>
internal readonly struct Continuation
{
    private readonly AbstractInvocation _invocation;
    private readonly MethodPlan _plan;
    private readonly MethodStart? _start;

    public Continuation(in InterceptedCall call, bool startsLater)
    {
        _invocation = call.Invocation;
        _plan = call.Plan;
        _start = call.Interceptor.Target is not null ? new ScopedStart(call)
            : startsLater ? new LateStart(call.Invocation, call.Interceptor)
            : null;
    }

    /// <summary>Calls the method and returns what it returned.</summary>
    /// <exception cref="NullResultException">It returned null where an object of the type is needed, such as a task.</exception>
    public T Proceed<T>()
    {
        if (_start is not null)
            return _start.Proceed() is T returned ? returned : throw NullResultException.Of<T>(_plan.Name.ToString());

        _invocation.Proceed();
        return _invocation.ReturnValue is T value ? value : throw NullResultException.Of<T>(_plan.Name.ToString());
    }
}
