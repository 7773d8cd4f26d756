using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TxAspects.Analyzers.Rules;

/// <summary>TXA007: a unit method that returns what runs only after its end.</summary>
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
        => context.RegisterSymbolAction(one => Look(one, units), SymbolKind.Method);

    private void Look(SymbolAnalysisContext context, Units units)
    {
        var method = (IMethodSymbol)context.Symbol;
        if (method.PartialDefinitionPart is null &&
            IsLazy(Unwrapped(method.ReturnType), isInTask: method.ReturnType.Name is "Task" or "ValueTask") && IsUnit(method, units) &&
            !(units.HasEndpoints && MayBeEndpoint(method)))
            context.ReportDiagnostic(
                At(method.Locations[0], method.Name, method.ReturnType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)));
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

    private static ITypeSymbol Unwrapped(ITypeSymbol type)
        => type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments.Length: 1 } task ? task.TypeArguments[0] : type;

    // A list that was awaited may be given as IEnumerable<T>.
    private static bool IsLazy(ITypeSymbol type, bool isInTask)
        => IsQueryable(type) || type.AllInterfaces.Any(IsQueryable) ||
           IsFunctionOfTask(type) ||
           (!isInTask && type.OriginalDefinition.SpecialType is SpecialType.System_Collections_IEnumerable
               or SpecialType.System_Collections_IEnumerator
               or SpecialType.System_Collections_Generic_IEnumerable_T
               or SpecialType.System_Collections_Generic_IEnumerator_T);

    private static bool IsFunctionOfTask(ITypeSymbol type)
        => type is INamedTypeSymbol { Name: "Func", ContainingNamespace.Name: "System" } function &&
           function.TypeArguments.Last().Name is "Task" or "ValueTask";

    private static bool IsQueryable(ITypeSymbol type) => type is { Name: "IQueryable", ContainingNamespace.Name: "Linq" };
}
