using System.Collections.Concurrent;
using System.Reflection;
using Castle.DynamicProxy;
using TxAspects.UnitsOfWork;

namespace TxAspects.Interception;

/// <summary>The plan of every method that was ever intercepted, made at its first call.</summary>
internal static class MethodPlans
{
    private static readonly ConcurrentDictionary<(Type Target, MethodInfo Method), MethodPlan?> Plans = new();

    public static MethodPlan? For(IInvocation invocation)
    {
        var target = invocation.TargetType ?? invocation.Method.DeclaringType!;
        var method = invocation.GetConcreteMethod();
        return Plans.TryGetValue((target, method), out var plan) ? plan : Plans.GetOrAdd((target, method), Create);
    }

    private static MethodPlan? Create((Type Target, MethodInfo Method) key)
    {
        var target = ProxyUtil.IsProxyType(key.Target) ? key.Target.BaseType! : key.Target;
        if (Attributes.Find(target, key.Method) is not { } attribute)
            return null;

        if (ReturnKind.WhyUnsupported(key.Method) is { } reason)
            throw new TxAspectsConfigurationException([Findings.Unsupported(target, key.Method, reason)]);

        return new MethodPlan(Settings.From(attribute), new CallName(target.DisplayName(key.Method)), ReturnKind.Of(key.Method.ReturnType));
    }
}
