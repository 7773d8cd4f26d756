using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TxAspects.Analyzers.Rules;

/// <summary>TXA007: a unit method that returns what runs only after its end.</summary>
/// <remarks>An <c>IEnumerable</c> may be a list, so of a method that is declared with it only what it returns is looked at.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LazyResultAnalyzer : UnitAnalyzer
{
    public const string Id = "TXA007";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Create(
        Id, "A lazy result runs after the unit",
        "'{0}' returns '{1}', which does its work after the unit's end. Return a list, a value, or IAsyncEnumerable<T>.");

    public LazyResultAnalyzer()
        : base(Descriptor)
    {
    }

    private protected override void Start(CompilationStartAnalysisContext context, Units units)
    {
        context.RegisterSymbolAction(one => LookAtType(one, units), SymbolKind.Method);
        context.RegisterOperationBlockAction(one => LookAtValues(one, units));
    }

    private void LookAtType(SymbolAnalysisContext context, Units units)
    {
        var method = (IMethodSymbol)context.Symbol;
        if (method.PartialDefinitionPart is null && IsLazy(Unwrapped(method.ReturnType)) && IsUnit(method, units) &&
            !(units.HasEndpoints && MayBeEndpoint(method)))
            context.ReportDiagnostic(At(method.Locations[0], method.Name, Display(method.ReturnType)));
    }

    private void LookAtValues(OperationBlockAnalysisContext context, Units units)
    {
        if (context.OwningSymbol is not IMethodSymbol method || !IsSequence(Unwrapped(method.ReturnType)) ||
            units.OfCall(method) is null || (units.HasEndpoints && MayBeEndpoint(method)))
            return;

        var isInTask = !IsSequence(method.ReturnType);
        foreach (var value in context.OperationBlocks.SelectMany(ReturnedValues.In))
        {
            if (ReturnedValues.LazyTypeOf(value, isInTask) is { } type)
                context.ReportDiagnostic(At(value.Syntax, method.Name, Display(type)));
        }
    }

    private static bool IsUnit(IMethodSymbol method, Units units)
        => units.Own(method) is not null || (method.ContainingType.TypeKind is TypeKind.Interface && units.OfCall(method) is not null);

    // An answer begins to be written inside its unit, so a sequence may well be read there.
    private static bool MayBeEndpoint(IMethodSymbol method)
    {
        if (method.IsStatic)
            return true;
        for (var type = method.ContainingType; type is not null; type = type.BaseType)
        {
            if (type.Name is "ControllerBase" or "Hub" ||
                type.GetAttributes().Any(one => one.AttributeClass?.Name is "ApiControllerAttribute"))
                return true;
        }

        return false;
    }

    private static string Display(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    private static ITypeSymbol Unwrapped(ITypeSymbol type)
        => type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments.Length: 1 } task ? task.TypeArguments[0] : type;

    private static bool IsLazy(ITypeSymbol type)
        => ReturnedValues.IsQuery(type) || IsFunctionOfTask(type) ||
           type.OriginalDefinition.SpecialType is SpecialType.System_Collections_IEnumerator
               or SpecialType.System_Collections_Generic_IEnumerator_T;

    private static bool IsSequence(ITypeSymbol type)
        => type.OriginalDefinition.SpecialType is SpecialType.System_Collections_IEnumerable
            or SpecialType.System_Collections_Generic_IEnumerable_T;

    private static bool IsFunctionOfTask(ITypeSymbol type)
        => type is INamedTypeSymbol { Name: "Func", ContainingNamespace.Name: "System" } function &&
           function.TypeArguments.Last().Name is "Task" or "ValueTask";
}
