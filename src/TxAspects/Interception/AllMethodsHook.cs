using System.Reflection;
using Castle.DynamicProxy;

namespace TxAspects.Interception;

/// <summary>Lets Castle intercept every method of an interface.</summary>
/// <remarks>Castle keeps one proxy type per hook that is equal.</remarks>
internal sealed class AllMethodsHook : IProxyGenerationHook
{
    public bool ShouldInterceptMethod(Type type, MethodInfo methodInfo) => true;

    public void NonProxyableMemberNotification(Type type, MemberInfo memberInfo)
    {
    }

    public void MethodsInspected()
    {
    }

    public override bool Equals(object? obj) => obj is AllMethodsHook;

    public override int GetHashCode() => typeof(AllMethodsHook).GetHashCode();
}
