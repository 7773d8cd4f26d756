using System.Reflection;
using Castle.DynamicProxy;

namespace TxAspects.Interception.Targets;

/// <summary>A call that goes on where another one was when it was intercepted.</summary>
internal sealed class LateInvocation : AbstractInvocation
{
    private readonly AbstractInvocation _original;

    public LateInvocation(AbstractInvocation original, IInterceptor[] interceptors, object?[] arguments)
        : base(original.Proxy, interceptors, original.Method, arguments)
    {
        _original = original;
        Interceptors = interceptors;
        if (original.GenericArguments is { } types)
            SetGenericMethodArguments(types);
    }

    public IInterceptor[] Interceptors { get; }

    public override object? InvocationTarget => _original.InvocationTarget;

    public override Type? TargetType => _original.TargetType;

    public override MethodInfo? MethodInvocationTarget => _original.MethodInvocationTarget;

    protected override void InvokeMethodOnTarget()
    {
        var target = InvocationTarget;
        var isOverride = ReferenceEquals(target, Proxy);    // A class proxy derives from its target.
        var method = GetConcreteMethod();
        if (target is null || (isOverride && method.IsAbstract))
            ThrowOnNoTarget();

        ReturnValue = TargetCall.Of(method, asBase: isOverride)(target, Arguments);
    }
}
