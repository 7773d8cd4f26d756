using Castle.DynamicProxy;
using TxAspects.Interception;

namespace TxAspects;

/// <summary>Runs attributed methods in units of work. A plain Castle interceptor: it also works in a proxy that somebody else made.</summary>
/// <remarks>Thread-safe and without state per call: one instance may serve every proxy.</remarks>
public sealed class UnitOfWorkInterceptor : IInterceptor
{
    private readonly TxAspectsOptions? _options;

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

    /// <summary>Runs the method in a unit of work as its attribute says; one without an attribute is only passed on.</summary>
    /// <exception cref="TxAspectsConfigurationException">The method is attributed, but its return type cannot be a unit of work.</exception>
    public void Intercept(IInvocation invocation)
    {
        ArgumentNullException.ThrowIfNull(invocation);
        var plan = MethodPlans.For(invocation);
        if (plan is null)
            invocation.Proceed();
        else
            plan.ReturnKind.Intercept(invocation, plan, _options ?? Tx.Options);
    }
}
