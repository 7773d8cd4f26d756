using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TxAspects.Analyzers.Rules;

/// <summary>TXA002: an attribute on what no proxy can intercept, whatever it is registered as.</summary>
/// <remarks>Where endpoints may carry attributes, a private or static method may be one.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NeverInterceptedAnalyzer : UnitAnalyzer
{
    public const string Id = "TXA002";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Create(
        Id, "No proxy can intercept this", "'{0}' is marked [UnitOfWork] but is {1}, so no proxy can intercept it. {2}.");

    public NeverInterceptedAnalyzer()
        : base(Descriptor)
    {
    }

    private protected override void Start(CompilationStartAnalysisContext context, Units units)
    {
        context.RegisterSymbolAction(one => Look(one, units), SymbolKind.Method);
        if (!units.HasEndpoints)
            context.RegisterSymbolAction(one => LookAtType(one, units), SymbolKind.NamedType);
    }

    private void LookAtType(SymbolAnalysisContext context, Units units)
    {
        if (context.Symbol is INamedTypeSymbol { IsStatic: true } type && units.Own(type) is not null)
            context.ReportDiagnostic(At(type.Locations[0], type.Name, "static", "Use Tx.RunAsync, or make it a service"));
    }

    private void Look(SymbolAnalysisContext context, Units units)
    {
        var method = (IMethodSymbol)context.Symbol;
        if (method.PartialDefinitionPart is not null || units.Own(method) is null)
            return;

        var (what, remedy) = method switch
        {
            { MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.EventAdd or MethodKind.EventRemove }
                => ("an accessor", "Move the work to a method"),
            { IsAsync: true, ReturnsVoid: true } => ("async void", "Return Task"),
            { ContainingType.IsExtension: true } => ("an extension", "Use Tx.RunAsync, or move it to a service"),
            { ContainingType.TypeKind: TypeKind.Struct } => ("in a struct", "Make it a class"),
            { IsStatic: true } when !units.HasEndpoints => ("static", "Use Tx.RunAsync, or move it to a service"),
            { DeclaredAccessibility: Accessibility.Private, MethodKind: MethodKind.Ordinary } when !units.HasEndpoints
                => ("private", "Use Tx.RunAsync, or make it a method of the service"),
            _ => default,
        };
        if (what is not null)
            context.ReportDiagnostic(At(method.Locations[0], method.Name, what, remedy));
    }
}
