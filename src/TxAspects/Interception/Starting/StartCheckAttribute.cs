namespace TxAspects.Interception.Starting;

/// <summary>Names the check of a package.</summary>
/// <param name="type">A class that implements <see cref="IStartCheck"/> and is made without arguments.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class StartCheckAttribute(Type type) : Attribute
{
    /// <summary>The class.</summary>
    public Type Type => type;
}
