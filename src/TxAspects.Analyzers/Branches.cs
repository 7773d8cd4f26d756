using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers;

/// <summary>Finds the calls that run at the same time.</summary>
internal static class Branches
{
    /// <summary>The calls whose tasks are given to Task.WhenAll.</summary>
    public static IEnumerable<Branch> Awaited(IInvocationOperation call, Units units)
    {
        var values = call.Arguments.SelectMany(argument => Elements(argument.Value.Unconverted())).Select(Listed).ToArray();
        var calls = values.OfType<IInvocationOperation>().ToArray();
        return calls.SelectMany(one => IsSelect(one)
            ? Repeated(one, units)
            : [new Branch(one.TargetMethod, calls.Any(other => other != one && IsSame(one, other)))]);
    }

    /// <summary>The calls that the function given to a call makes as the last thing that it does.</summary>
    public static IEnumerable<Branch> Repeated(IInvocationOperation call, Units units)
        => call.Arguments.Select(argument => argument.Value.Unconverted()).OfType<IDelegateCreationOperation>()
            .SelectMany(function => function.Target switch
            {
                IMethodReferenceOperation { Method: var method } => [new Branch(method, isRepeated: true)],
                IAnonymousFunctionOperation lambda when !HasScope(lambda, units) => Last(lambda)
                    .Select(one => new Branch(one.TargetMethod, !DependsOn(one.Instance, lambda.Symbol))),
                _ => [],
            });

    private static IEnumerable<IOperation> Elements(IOperation value) => value switch
    {
        IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues.Select(Expressions.Unconverted),
        ICollectionExpressionOperation collection => collection.Elements.Select(Expressions.Unconverted),
        _ => [value],
    };

    /// <summary>What is behind a variable, and behind ToArray or ToList.</summary>
    private static IOperation Listed(IOperation value)
    {
        value = value.Initial().Unconverted();
        return value is IInvocationOperation { TargetMethod: { Name: "ToArray" or "ToList", ContainingType.Name: "Enumerable" } } list
            ? list.Arguments[0].Value.Unconverted()
            : value;
    }

    private static bool IsSelect(IInvocationOperation call)
        => call.TargetMethod is { Name: "Select", ContainingType.Name: "Enumerable" };

    private static IEnumerable<IInvocationOperation> Last(IAnonymousFunctionOperation lambda)
        => lambda.Body.Operations
            .Select(statement => statement switch
            {
                IReturnOperation one => one.ReturnedValue,
                IExpressionStatementOperation one => one.Operation,
                _ => null,
            })
            .Select(value => value?.Awaited())
            .OfType<IInvocationOperation>();

    private static bool HasScope(IOperation lambda, Units units)
        => lambda.Descendants().Any(one => one is IInvocationOperation call && units.IsTx(call.TargetMethod, "Open"));

    // A service that differs from branch to branch may use another database.
    private static bool DependsOn(IOperation? receiver, IMethodSymbol lambda)
        => receiver?.DescendantsAndSelf().Any(one => one is IParameterReferenceOperation { Parameter: var parameter } &&
            SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, lambda)) is true;

    private static bool IsSame(IInvocationOperation one, IInvocationOperation other)
        => SymbolEqualityComparer.Default.Equals(one.TargetMethod, other.TargetMethod) &&
           SyntaxFactory.AreEquivalent(one.Instance?.Syntax, other.Instance?.Syntax);
}
