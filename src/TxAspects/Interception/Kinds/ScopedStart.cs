using System.Reflection;
using Castle.DynamicProxy;
using TxAspects.Interception.Declarations;
using TxAspects.Units.Ambient;
using TxAspects.Units.Scopes;

namespace TxAspects.Interception.Kinds;

/// <summary>
/// Starts a method on the target that lives in the scope of the unit which is open then, so that each attempt has a target of its own.
/// </summary>
internal sealed class ScopedStart : MethodStart
{
    private readonly AbstractInvocation _invocation;
    private readonly UnitScopedTarget _target;
    private readonly Type _component;
    private readonly MethodInfo _method;
    private readonly object?[] _arguments;

    public ScopedStart(in InterceptedCall call)
        : this(call.Invocation, call.Interceptor.Target!, call.Interceptor.Component!)
    {
    }

    private ScopedStart(AbstractInvocation invocation, UnitScopedTarget target, Type component)
    {
        _invocation = invocation;
        _target = target;
        _component = component;
        _method = invocation.GetConcreteMethod();
        _arguments = [.. invocation.Arguments];
    }

    /// <summary>Passes a call on that is no unit: to the target of the unit that is open. Disposal is the scope's alone.</summary>
    /// <exception cref="NoUnitOfWorkException">None is open.</exception>
    public static void Pass(AbstractInvocation invocation, UnitScopedTarget target, Type component)
    {
        var declaring = invocation.Method.DeclaringType;
        invocation.ReturnValue = declaring == typeof(IAsyncDisposable) ? ValueTask.CompletedTask
            : declaring == typeof(IDisposable) ? null
            : new ScopedStart(invocation, target, component).Proceed();
    }

    public override object? Proceed()
    {
        var unit = AmbientUnit.OpenOrNone() ?? throw NoUnitOfWorkException.ForScoped(_component.DisplayName(_method));
        var target = unit.GetScopes().Resolve(_target);
        object?[] arguments = [.. _arguments];
        try
        {
            return TargetCall.Of(_method, asBase: false)(target, arguments);
        }
        finally
        {
            PassReferencesBack(arguments);
        }
    }

    // Castle gives the caller what the invocation holds.
    private void PassReferencesBack(object?[] arguments)
    {
        foreach (var parameter in _method.GetParameters())
        {
            if (parameter.ParameterType.IsByRef)
                _invocation.Arguments[parameter.Position] = arguments[parameter.Position];
        }
    }
}
