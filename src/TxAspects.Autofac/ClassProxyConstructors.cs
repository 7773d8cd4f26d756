using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Autofac;
using Autofac.Core;
using Autofac.Core.Activators.Reflection;

namespace TxAspects.Autofac;

/// <summary>The constructors of a class proxy: those of its class that may be used, each behind the proxy's own first parameter.</summary>
internal sealed class ClassProxyConstructors : IConstructorFinder
{
    private readonly Dictionary<ConstructorInfo, ParameterInfo[]> _parameters = [];

    public ClassProxyConstructors(Type type, Type proxy, IConstructorFinder finder)
    {
        var constructors = proxy.GetConstructors();
        foreach (var original in finder.FindConstructors(type))
        {
            var parameters = original.GetParameters();
            var types = parameters.Select(parameter => parameter.ParameterType);
            if (Array.Find(constructors,
                one => one.GetParameters().Skip(1).Select(parameter => parameter.ParameterType).SequenceEqual(types)) is { } found)
                _parameters[found] = parameters;
        }
    }

    public ConstructorInfo[] FindConstructors(Type targetType) => [.. _parameters.Keys];

    /// <summary>
    /// A parameter that sees the constructors of the class: positions, default values and attributes are as its author wrote them.
    /// </summary>
    public Parameter Translate(Parameter parameter)
        => parameter is NamedParameter or TypedParameter ? parameter : new Translated(parameter, this);

    private sealed class Translated(Parameter parameter, ClassProxyConstructors constructors) : Parameter
    {
        public override bool CanSupplyValue(
            ParameterInfo pi, IComponentContext context, [NotNullWhen(true)] out Func<object?>? valueProvider)
        {
            valueProvider = null;
            if (pi.Member is not ConstructorInfo constructor || !constructors._parameters.TryGetValue(constructor, out var originals))
                return parameter.CanSupplyValue(pi, context, out valueProvider);

            return pi.Position > 0 && parameter.CanSupplyValue(originals[pi.Position - 1], context, out valueProvider);
        }
    }
}
