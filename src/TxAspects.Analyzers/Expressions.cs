using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers;

/// <summary>Looks through what only surrounds an expression.</summary>
internal static class Expressions
{
    /// <summary>Without conversions, which the compiler adds too.</summary>
    public static IOperation Unconverted(this IOperation value)
    {
        while (value is IConversionOperation conversion)
            value = conversion.Operand;
        return value;
    }

    /// <summary>Without await, ConfigureAwait and conversions.</summary>
    public static IOperation Awaited(this IOperation value)
    {
        value = value.Unconverted();
        return (value is IAwaitOperation awaited ? awaited.Operation.Unconverted() : value).Unconfigured();
    }

    /// <summary>Without ConfigureAwait.</summary>
    public static IOperation Unconfigured(this IOperation value)
        => value is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" } call &&
           (call.Instance ?? call.Arguments.FirstOrDefault()?.Value) is { } configured
            ? configured.Unconverted()
            : value;

    /// <summary>What a variable was given where it was declared; the expression itself where it is no such variable.</summary>
    public static IOperation Initial(this IOperation expression)
        => expression.Unconverted() is ILocalReferenceOperation { Local.DeclaringSyntaxReferences: { Length: 1 } declarations } &&
           declarations[0].GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: { } value } &&
           expression.SemanticModel?.GetOperation(value) is { } initial
            ? initial
            : expression;
}
