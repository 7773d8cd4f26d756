using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers;

/// <summary>Tells where a context comes from.</summary>
internal static class Sessions
{
    /// <summary>
    /// Whether an expression is the session of a unit: asked for on the spot, a variable that was given it where it was declared, or
    /// what an atomic block is given.
    /// </summary>
    public static bool IsOfUnit(IOperation expression, Units units)
        => expression switch
        {
            IParameterReferenceOperation { Parameter: var parameter } => IsOfAtomicBlock(expression, parameter, units),
            _ => IsAsked(expression.Initial(), units, "Session", "SessionAsync"),
        };

    /// <summary>Whether an expression is the connection of a unit's session, asked for as such.</summary>
    public static bool IsConnectionOfUnit(IOperation expression, Units units)
        => IsAsked(expression.Initial(), units, "Connection", "ConnectionAsync");

    private static bool IsAsked(IOperation expression, Units units, params string[] names)
        => expression.Awaited() is IInvocationOperation call && units.IsTx(call.TargetMethod, names);

    private static bool IsOfAtomicBlock(IOperation expression, IParameterSymbol parameter, Units units)
    {
        for (var one = expression.Parent; one is not null; one = one.Parent)
        {
            if (one is IAnonymousFunctionOperation { Symbol: var lambda } &&
                SymbolEqualityComparer.Default.Equals(lambda, parameter.ContainingSymbol))
                return units.IsBodyOf(one, "Atomic", "AtomicAsync");
        }

        return false;
    }
}
