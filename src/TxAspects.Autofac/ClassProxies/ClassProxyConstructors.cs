using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Autofac;
using Autofac.Builder;
using Autofac.Core;
using Autofac.Core.Activators.Reflection;
using TxAspects.Interception;

namespace TxAspects.Autofac.ClassProxies;

/// <summary>The constructors of a class proxy: those of its class that may be used, each behind the proxy's own first parameter.</summary>
/// <remarks>It is also how a registration is known that asked for a class proxy.</remarks>
internal sealed class ClassProxyConstructors : IConstructorFinder
{
    private readonly Dictionary<ConstructorInfo, (ConstructorInfo Constructor, ParameterInfo[] Parameters)> _originals = [];
    private readonly bool _takesKey;

    public ClassProxyConstructors(ReflectionActivatorData data, IReadOnlyCollection<Type> services)
    {
        Component = data.ImplementationType;
        Proxy = Component;
        Findings = UnitOfWorkProxies.Check(Component, services);
        if (Findings.Count > 0)
            return;

        Proxy = UnitOfWorkProxies.ClassProxyType(Component);
        var originals = data.ConstructorFinder.FindConstructors(Component);
        foreach (var original in originals)
        {
            if (ClassProxyFindings.Twin(original, Proxy) is { } found)
                _originals[found] = (original, original.GetParameters());
        }

        Findings = [.. ClassProxyFindings.In(data, Proxy, originals)];
        _takesKey = _originals.Values.SelectMany(one => one.Parameters).Any(TakesKey);
    }

    /// <summary>The class that was registered.</summary>
    public Type Component { get; }

    /// <summary>The class that is derived from it; the component itself where that cannot be.</summary>
    public Type Proxy { get; }

    /// <summary>Why the component gets no class proxy; empty where it gets one.</summary>
    public IReadOnlyList<string> Findings { get; }

    public ConstructorInfo[] FindConstructors(Type targetType) => [.. _originals.Keys];

    /// <summary>The constructor of the class behind one of the proxy.</summary>
    public ConstructorInfo Original(ConstructorInfo constructor) => _originals[constructor].Constructor;

    /// <summary>
    /// What gives the key of a keyed service to parameters marked [ServiceKey]: Autofac sees no attribute on the proxy's.
    /// </summary>
    public Parameter? ServiceKey(Service service)
        => _takesKey && service is KeyedService { ServiceKey: var key } && !KeyedService.IsAnyKey(key)
            ? Translate(new ResolvedParameter((parameter, _) => TakesKey(parameter), (_, _) => key))
            : null;

    /// <summary>
    /// A parameter that sees the constructors of the class: positions, default values and attributes are as its author wrote them.
    /// </summary>
    public Parameter Translate(Parameter parameter)
        => parameter is NamedParameter or TypedParameter ? parameter : new Translated(parameter, this);

    private static bool TakesKey(ParameterInfo parameter) => parameter.IsDefined(typeof(ServiceKeyAttribute), inherit: true);

    private sealed class Translated(Parameter parameter, ClassProxyConstructors constructors) : Parameter
    {
        public override bool CanSupplyValue(
            ParameterInfo pi, IComponentContext context, [NotNullWhen(true)] out Func<object?>? valueProvider)
        {
            valueProvider = null;
            if (pi.Member is not ConstructorInfo constructor || !constructors._originals.TryGetValue(constructor, out var original))
                return parameter.CanSupplyValue(pi, context, out valueProvider);

            return pi.Position > 0 && parameter.CanSupplyValue(original.Parameters[pi.Position - 1], context, out valueProvider);
        }
    }
}
