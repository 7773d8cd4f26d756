using TxAspects.Interception.Declarations;
using System.Reflection;
using Castle.DynamicProxy;

namespace TxAspects.Interception;

/// <summary>Lets Castle intercept attributed methods alone; the others are forwarded without an interceptor.</summary>
/// <remarks>A record: Castle keeps one proxy type per hook that is equal.</remarks>
internal sealed record UnitOfWorkHook(Type Target) : IProxyGenerationHook
{
    public bool ShouldInterceptMethod(Type type, MethodInfo methodInfo) => Attributes.Find(Target, methodInfo) is not null;

    public void NonProxyableMemberNotification(Type type, MemberInfo memberInfo)
    {
    }

    public void MethodsInspected()
    {
    }
}
