using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using Castle.DynamicProxy;
using TxAspects.Interception.Declarations;
using TxAspects.Interception.Kinds;
using TxAspects.Units;

namespace TxAspects.Interception;

/// <summary>The plan of every method that was ever intercepted, made at its first call.</summary>
internal static class MethodPlans
{
    private const int RecentSize = 1024;    // a power of two

    private static readonly ConcurrentDictionary<(Type Target, MethodInfo Method), MethodPlan?> Plans = new();

    // In front of the dictionary, which costs as much as all the rest of a joined call. An entry never changes; another method may take its
    // place.
    private static readonly Entry?[] Recent = new Entry?[RecentSize];

    /// <param name="invocation">The call.</param>
    /// <param name="component">Whose attributes count; null for those of the invocation's target.</param>
    public static MethodPlan? For(AbstractInvocation invocation, Type? component)
    {
        var method = invocation.Method;
        var target = component ?? invocation.TargetType;
        return Recent[IndexOf(method, target)] is { } entry && entry.Method == (object)method && entry.Target == target
            ? entry.Plan
            : Find(invocation, method, target);
    }

    private static MethodPlan? Find(AbstractInvocation invocation, MethodInfo method, Type? target)
    {
        // Proxies of one type may have components of several.
        var isProxy = target is not null && ProxyUtil.IsProxyType(target);
        var component = isProxy ? ForeignProxies.ComponentOf(invocation.InvocationTarget!) : target ?? method.DeclaringType!;
        var concrete = invocation.GetConcreteMethod();
        var plan = Plans.GetOrAdd((component, concrete), Create);

        // Of a generic method the concrete one is made anew for each call, with the same definition.
        if (!isProxy && ReferenceEquals(concrete, method))
            Recent[IndexOf(method, target)] = new Entry(method, target, plan);
        return plan;
    }

    private static int IndexOf(MethodInfo method, Type? target)
        => (RuntimeHelpers.GetHashCode(method) ^ RuntimeHelpers.GetHashCode(target)) & (RecentSize - 1);

    private static MethodPlan? Create((Type Target, MethodInfo Method) key)
    {
        var (target, method) = key;
        if (Attributes.Find(target, method) is not { } attribute)
            return null;

        // Of a class the method is the one that runs, whose compiler may have marked it.
        if (CallFindings.WhyUnsupported(Attributes.Implementation(target, method), attribute) is { } reason)
            throw new TxAspectsConfigurationException([Findings.Unsupported(target, method, reason)]);

        return new MethodPlan(Settings.From(attribute), new CallName(target.DisplayName(method)), ReturnKinds.Of(method.ReturnType));
    }

    private sealed record Entry(MethodInfo Method, Type? Target, MethodPlan? Plan);
}
