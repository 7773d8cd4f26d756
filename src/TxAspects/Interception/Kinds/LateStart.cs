using Castle.DynamicProxy;

namespace TxAspects.Interception.Kinds;

/// <summary>Starts the method of an invocation at any time and as often as needed, each time with an invocation of its own.</summary>
internal sealed class LateStart : MethodStart
{
    private readonly AbstractInvocation _invocation;
    private readonly IInterceptor[] _interceptors;
    private readonly object?[] _arguments;

    public LateStart(AbstractInvocation invocation, UnitOfWorkInterceptor interceptor)
    {
        _invocation = invocation;
        _interceptors = Behind(invocation, interceptor);
        _arguments = [.. invocation.Arguments];
    }

    public override object? Proceed()
    {
        var invocation = new LateInvocation(_invocation, _interceptors, [.. _arguments]);
        invocation.Proceed();
        return invocation.ReturnValue;
    }

    /// <summary>The interceptors that come after this one. A proxy of ours has no others.</summary>
    private static IInterceptor[] Behind(AbstractInvocation invocation, UnitOfWorkInterceptor interceptor)
    {
        var all = invocation is LateInvocation late ? late.Interceptors : ((IProxyTargetAccessor)invocation.Proxy).GetInterceptors();
        return all[(Array.IndexOf(all, interceptor) + 1)..];
    }
}
