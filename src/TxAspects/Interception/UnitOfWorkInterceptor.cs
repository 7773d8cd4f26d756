using System.Diagnostics.CodeAnalysis;
using Castle.DynamicProxy;
using TxAspects.Interception;
using TxAspects.Interception.Kinds;
using TxAspects.Interception.Targets;
using TxAspects.Units.Ambient;
using TxAspects.Units.Scopes;

namespace TxAspects;

/// <summary>
/// Runs attributed methods in units of work. A plain Castle interceptor: it also works in a proxy that somebody else made.
/// </summary>
/// <remarks>Thread-safe and without state per call: one instance may serve every proxy.</remarks>
[RequiresDynamicCode("Proxies for [UnitOfWork] are made at run time. Tx.RunAsync needs none.")]
[RequiresUnreferencedCode("Proxies for [UnitOfWork] are made by reflection. Tx.RunAsync needs none.")]
public sealed class UnitOfWorkInterceptor : IInterceptor
{
    private readonly TxAspectsOptions? _options;
    private readonly Type? _component;

    /// <summary>Takes what holds for every unit from <see cref="Tx.Configure"/>.</summary>
    public UnitOfWorkInterceptor()
    {
    }

    /// <summary>Takes it from these options.</summary>
    /// <exception cref="ArgumentNullException">The options are null.</exception>
    public UnitOfWorkInterceptor(TxAspectsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <param name="options">Null for those of <see cref="Tx.Configure"/>.</param>
    /// <param name="component">Whose attributes count; null where the invocation tells it.</param>
    /// <param name="target">Where the target is taken from at each call; null where the proxy has it.</param>
    internal UnitOfWorkInterceptor(TxAspectsOptions? options, Type? component, UnitScopedTarget? target = null)
    {
        _options = options;
        _component = component;
        Target = target;
    }

    internal Type? Component => _component;

    internal UnitScopedTarget? Target { get; }

    /// <summary>Runs the method in a unit of work as its attribute says; one without an attribute is only passed on.</summary>
    /// <exception cref="ArgumentException">The invocation is not one of Castle DynamicProxy's.</exception>
    /// <exception cref="TxAspectsConfigurationException">The method is attributed, but its return type cannot be a unit of
    /// work.</exception>
    public void Intercept(IInvocation invocation)
    {
        ArgumentNullException.ThrowIfNull(invocation);

        // Calls through the interface cost as much as all the rest here, because every method has an invocation type of its own.
        if (invocation is not AbstractInvocation call)
            throw new ArgumentException(
                $"'{invocation.GetType().Name}' is not an invocation that Castle DynamicProxy made.", nameof(invocation));

        var plan = MethodPlans.For(call, _component);
        if (plan is not null)
            plan.ReturnKind.Intercept(new InterceptedCall(call, plan, _options ?? AmbientUnit.Options, this));
        else if (Target is null)
            call.Proceed();
        else
            ScopedStart.Pass(call, Target, _component!);
    }
}
