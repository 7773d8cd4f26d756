namespace TxAspects.Tests;

/// <summary>The number of a generated method, by which what ran is compared with what was planned.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class ShapeMethodAttribute(int number) : Attribute
{
    public int Number => number;
}
