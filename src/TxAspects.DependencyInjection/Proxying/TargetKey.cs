namespace TxAspects.DependencyInjection.Proxying;

/// <summary>The key of a target that the container makes. Each is equal to itself alone.</summary>
internal sealed class TargetKey(Type type)
{
    public override string ToString() => $"the target of '{type.Name}'";
}
