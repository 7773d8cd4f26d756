using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Autofac;
using Autofac.Core;
using Autofac.Core.Resolving.Pipeline;
using Autofac.Features.Decorators;

namespace TxAspects.Autofac;

/// <summary>Gives a decorator the proxy of what it decorates, where Autofac would give it the object itself.</summary>
internal sealed class DecoratedParameter(Type service, ObjectProxies objects) : Parameter
{
    public override bool CanSupplyValue(
        ParameterInfo pi, IComponentContext context, [NotNullWhen(true)] out Func<object?>? valueProvider)
    {
        valueProvider = null;
        if (context is not ResolveRequestContext { DecoratorTarget: { } component } request ||
            (pi.ParameterType != typeof(IDecoratorContext) && !service.IsAssignableFrom(pi.ParameterType)) ||
            request.Parameters.OfType<TypedParameter>().FirstOrDefault(one => one.Type == typeof(IDecoratorContext))
                is not { Value: IDecoratorContext decoration })
            return false;

        var proxy = objects.ForService(decoration.CurrentInstance, service, component, decoration);
        object value = pi.ParameterType == typeof(IDecoratorContext) ? new ProxiedDecoration(decoration, proxy) : proxy;
        if (ReferenceEquals(proxy, decoration.CurrentInstance) || !pi.ParameterType.IsInstanceOfType(value))
            return false;    // Autofac has a parameter for it.

        valueProvider = () => value;
        return true;
    }

    private sealed class ProxiedDecoration(IDecoratorContext decoration, object proxy) : IDecoratorContext
    {
        public Type ImplementationType => decoration.ImplementationType;

        public Type ServiceType => decoration.ServiceType;

        public IReadOnlyList<Type> AppliedDecoratorTypes => decoration.AppliedDecoratorTypes;

        public IReadOnlyList<object> AppliedDecorators => decoration.AppliedDecorators;

        public object CurrentInstance => proxy;

        public IComponentRegistry ComponentRegistry => decoration.ComponentRegistry;

        public object ResolveComponent(in ResolveRequest request) => decoration.ResolveComponent(request);
    }
}
