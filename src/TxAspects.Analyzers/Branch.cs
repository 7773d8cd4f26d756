using Microsoft.CodeAnalysis;

namespace TxAspects.Analyzers;

/// <summary>A call that runs beside others.</summary>
internal sealed class Branch
{
    public Branch(IMethodSymbol method, bool isRepeated)
    {
        Method = method;
        IsRepeated = isRepeated;
    }

    public IMethodSymbol Method { get; }

    /// <summary>Whether the same call of the same service runs more than once.</summary>
    public bool IsRepeated { get; }
}
