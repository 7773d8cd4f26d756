using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers;

/// <summary>Tells calls that only describe a call: to a substitute in a test, or to whoever reads an expression tree.</summary>
internal static class Substitutes
{
    /// <summary>Whether a call is such a description, so that nobody has to await it.</summary>
    public static bool Take(IInvocationOperation call)
    {
        if (call.Instance?.Unconverted() is IInvocationOperation receiver && IsOfLibrary(receiver.TargetMethod))
            return true;

        for (var one = call.Parent; one is not null; one = one.Parent)
        {
            if (one is IAnonymousFunctionOperation)
                return IsDescription(one.Parent);
        }

        return false;
    }

    private static bool IsDescription(IOperation? converted)
        => converted?.Type is INamedTypeSymbol { Name: "Expression", ContainingNamespace.Name: "Expressions" } ||
           converted is { Parent: IArgumentOperation { Parent: IInvocationOperation call } } && IsOfLibrary(call.TargetMethod) ||
           (converted is IDelegateCreationOperation or IConversionOperation && IsDescription(converted.Parent));

    private static bool IsOfLibrary(IMethodSymbol method)
    {
        var one = method.ContainingNamespace;
        while (one is { ContainingNamespace.IsGlobalNamespace: false })
            one = one.ContainingNamespace;
        return one?.Name is "NSubstitute" or "FakeItEasy" or "Moq" or "Telerik" or "Rhino";
    }
}
