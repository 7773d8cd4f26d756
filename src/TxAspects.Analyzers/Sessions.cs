using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers;

/// <summary>Tells where a context comes from.</summary>
internal static class Sessions
{
    /// <summary>
    /// Whether an expression is the session of a unit: asked for on the spot, or a variable that was given it where it was declared.
    /// </summary>
    public static bool IsOfUnit(IOperation expression, Units units)
    {
        if (IsAsked(expression, units))
            return true;
        if (expression is not ILocalReferenceOperation { Local: var local } || local.DeclaringSyntaxReferences.Length != 1 ||
            local.DeclaringSyntaxReferences[0].GetSyntax() is not VariableDeclaratorSyntax { Initializer.Value: { } value })
            return false;

        return expression.SemanticModel?.GetOperation(value) is { } initial && IsAsked(initial, units);
    }

    /// <summary>Whether an expression asks the unit for its session.</summary>
    public static bool IsAsked(IOperation expression, Units units)
    {
        while (expression is IConversionOperation conversion)
            expression = conversion.Operand;
        if (expression is IAwaitOperation awaited)
            expression = awaited.Operation;
        if (expression is IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } configured })
            expression = configured;
        return expression is IInvocationOperation call && units.IsTx(call.TargetMethod, "Session", "SessionAsync");
    }
}
