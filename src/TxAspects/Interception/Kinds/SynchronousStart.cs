using Castle.DynamicProxy;

namespace TxAspects.Interception.Kinds;

/// <summary>Starts a method while its interceptor runs, the next attempts with the arguments of the first.</summary>
/// <remarks>Castle writes what a method leaves in ref and out arguments into the invocation.</remarks>
internal readonly struct SynchronousStart
{
    private readonly AbstractInvocation _invocation;
    private readonly object?[]? _arguments;
    private readonly ScopedStart? _scoped;

    public SynchronousStart(in InterceptedCall call)
    {
        _invocation = call.Invocation;
        if (call.Interceptor.Target is not null)
        {
            _scoped = new ScopedStart(call);
            return;
        }

        _arguments = call.Plan.Options.MaxRetries > 0 ? [.. call.Invocation.Arguments] : null;
    }

    public object? Proceed()
    {
        if (_scoped is not null)
            return _scoped.Proceed();

        _arguments?.CopyTo(_invocation.Arguments, 0);
        _invocation.Proceed();
        return _invocation.ReturnValue;
    }
}
