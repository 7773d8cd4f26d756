namespace TxAspects.Units.Scopes;

/// <summary>
/// Where a proxy takes its target from: one registration of a container, asked for in the scope of the unit that is open at the call. For
/// packages of containers.
/// </summary>
/// <remarks>A unit has one scope in each container. It is begun at the first call that needs it.</remarks>
public abstract class UnitScopedTarget
{
    /// <summary>What tells the container from others: one object, the same for all registrations and scopes.</summary>
    public abstract object Container { get; }

    /// <summary>
    /// Begins a scope for a unit. It inherits nothing but what the options carry along, which comes from the scope that made the proxy.
    /// </summary>
    public abstract IUnitScope BeginScope();

    /// <summary>The scope of these services, where they are of this container, else null. The unit does not dispose it.</summary>
    public abstract IUnitScope? FindScope(IServiceProvider services);

    /// <summary>
    /// A class whose objects such a scope makes with the target, and could dispose only asynchronously; null where none can be seen.
    /// </summary>
    public abstract Type? FindAsyncOnly();

    /// <summary>The object of this registration, and of its key: always the same one in a scope.</summary>
    public abstract object Resolve(IUnitScope scope);
}
