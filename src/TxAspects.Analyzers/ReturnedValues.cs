using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers;

/// <summary>What a method returns, as far as its source tells.</summary>
internal static class ReturnedValues
{
    /// <summary>The values that a block returns or yields, without those of functions inside it.</summary>
    public static IEnumerable<IOperation> In(IOperation block)
    {
        var open = new Stack<IOperation>([block]);
        while (open.Count > 0)
        {
            var one = open.Pop();
            if (one is IAnonymousFunctionOperation or ILocalFunctionOperation)
                continue;

            if (one is IReturnOperation { ReturnedValue: { } value })
                yield return value;
            foreach (var child in one.ChildOperations)
                open.Push(child);
        }
    }

    /// <summary>The type of a value that certainly does its work when it is enumerated; null where it may be a list.</summary>
    /// <param name="value">What is returned.</param>
    /// <param name="isInTask">Whether it was awaited, so that what is done with it is usually done in memory.</param>
    public static ITypeSymbol? LazyTypeOf(IOperation value, bool isInTask)
    {
        if (value.Parent is { Kind: OperationKind.YieldReturn })
            return (value.SemanticModel?.GetEnclosingSymbol(value.Syntax.SpanStart) as IMethodSymbol)?.ReturnType;

        while (value is IConversionOperation conversion)
            value = conversion.Operand;
        return value switch
        {
            { Type: { } type } when IsQuery(type) => type,
            IInvocationOperation call when !isInTask && IsLinq(call) => call.Type,
            _ => null,
        };
    }

    public static bool IsQuery(ITypeSymbol type) => IsQueryable(type) || type.AllInterfaces.Any(IsQueryable);

    private static bool IsQueryable(ITypeSymbol type) => type is { Name: "IQueryable", ContainingNamespace.Name: "Linq" };

    // AsEnumerable gives back what it is given, and Empty an array.
    private static bool IsLinq(IInvocationOperation call)
        => call.TargetMethod is { Name: not ("AsEnumerable" or "Empty"), ContainingType.Name: "Enumerable" } method &&
           method.ContainingType.ContainingNamespace.Name is "Linq" &&
           call.Type?.OriginalDefinition.SpecialType is SpecialType.System_Collections_Generic_IEnumerable_T;
}
