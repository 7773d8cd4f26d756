using System.Reflection;
using Castle.DynamicProxy;
using TxAspects.Interception.Declarations;

namespace TxAspects.Interception;

/// <summary>Lets Castle intercept attributed methods alone; the others are forwarded without an interceptor.</summary>
/// <remarks>Castle keeps one proxy type per hook that is equal, so what was asked of this one does not count for equality.</remarks>
internal sealed class UnitOfWorkHook(Type component) : IProxyGenerationHook, IEquatable<UnitOfWorkHook>
{
    private readonly Type _component = component;

    /// <summary>The methods that Castle was told to intercept.</summary>
    public HashSet<MethodInfo> Intercepted { get; } = [];

    public bool ShouldInterceptMethod(Type type, MethodInfo methodInfo)
    {
        if (Attributes.Find(_component, methodInfo) is null)
            return false;

        Intercepted.Add(methodInfo);
        return true;
    }

    public void NonProxyableMemberNotification(Type type, MemberInfo memberInfo)
    {
    }

    public void MethodsInspected()
    {
    }

    public bool Equals(UnitOfWorkHook? other) => other is not null && other._component == _component;

    public override bool Equals(object? obj) => Equals(obj as UnitOfWorkHook);

    public override int GetHashCode() => _component.GetHashCode();
}
