using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using Castle.DynamicProxy;
using TxAspects.Units;

namespace TxAspects.Interception;

/// <summary>The plan of every method that was ever intercepted, made at its first call.</summary>
internal static class MethodPlans
{
    private const int RecentSize = 1024;    // a power of two

    private static readonly ConcurrentDictionary<(Type Target, MethodInfo Method), MethodPlan?> Plans = new();

    // In front of the dictionary, which costs as much as all the rest of a joined call. An entry never changes; another method may take its place.
    private static readonly Entry?[] Recent = new Entry?[RecentSize];

    public static MethodPlan? For(AbstractInvocation invocation)
    {
        var method = invocation.Method;
        var target = invocation.TargetType;
        return Recent[IndexOf(method, target)] is { } entry && entry.Method == (object)method && entry.Target == target ? entry.Plan : Find(invocation, method, target);
    }

    private static MethodPlan? Find(AbstractInvocation invocation, MethodInfo method, Type? target)
    {
        var concrete = invocation.GetConcreteMethod();
        var plan = Plans.GetOrAdd((target ?? method.DeclaringType!, concrete), Create);

        // Of a generic method the concrete one is made anew for each call, with the same definition.
        if (ReferenceEquals(concrete, method))
            Recent[IndexOf(method, target)] = new Entry(method, target, plan);
        return plan;
    }

    private static int IndexOf(MethodInfo method, Type? target)
        => (RuntimeHelpers.GetHashCode(method) ^ RuntimeHelpers.GetHashCode(target)) & (RecentSize - 1);

    private static MethodPlan? Create((Type Target, MethodInfo Method) key)
    {
        var target = ProxyUtil.IsProxyType(key.Target) ? key.Target.BaseType! : key.Target;
        if (Attributes.Find(target, key.Method) is not { } attribute)
            return null;

        if (ReturnKind.WhyUnsupported(key.Method) is { } reason)
            throw new TxAspectsConfigurationException([Findings.Unsupported(target, key.Method, reason)]);

        return new MethodPlan(Settings.From(attribute), new CallName(target.DisplayName(key.Method)), ReturnKind.Of(key.Method.ReturnType));
    }

    private sealed record Entry(MethodInfo Method, Type? Target, MethodPlan? Plan);
}
