using Autofac.Core;
using Autofac.Core.Activators.Reflection;

namespace TxAspects.Autofac.ClassProxies;

/// <summary>Lets a selector choose among the constructors of the class, and takes that of the proxy which calls the chosen one.</summary>
internal sealed class ClassProxySelector(IConstructorSelector selector, ClassProxyConstructors constructors)
    : IConstructorSelectorWithEarlyBinding
{
    public ConstructorBinder? SelectConstructorBinder(ConstructorBinder[] constructorBinders)
    {
        if (selector is not IConstructorSelectorWithEarlyBinding early)
            return null;    // It is asked again at each resolve, with what can be supplied then.

        var originals = Array.ConvertAll(constructorBinders, Original);
        return early.SelectConstructorBinder(originals) is { } chosen ? constructorBinders[Array.IndexOf(originals, chosen)] : null;
    }

    public BoundConstructor SelectConstructorBinding(BoundConstructor[] constructorBindings, IEnumerable<Parameter> parameters)
    {
        var originals = Array.ConvertAll(constructorBindings, Original);
        return constructorBindings[Array.IndexOf(originals, selector.SelectConstructorBinding(originals, parameters))];
    }

    private ConstructorBinder Original(ConstructorBinder binder) => new(constructors.Original(binder.Constructor));

    private BoundConstructor Original(BoundConstructor binding)
    {
        var binder = Original(binding.Binder);
        return binding.CanInstantiate
            ? BoundConstructor.ForBindSuccess(binder, _ => throw NeverCalled(), [])
            : BoundConstructor.ForBindFailure(binder, binder.Parameters[0]);
    }

    private static InvalidOperationException NeverCalled() => new("A selector chooses a constructor, and calls none.");
}
