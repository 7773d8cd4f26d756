using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers.Rules;

/// <summary>TXA010: a session is put into a static, or into a field of a service that outlives its unit.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class KeptSessionAnalyzer : UnitAnalyzer
{
    public const string Id = "TXA010";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Create(
        Id, "A session is kept beyond its unit",
        "'{0}' keeps a session, which works for its unit alone. Ask Tx.SessionAsync for it in each method; that costs nothing within " +
            "a unit.");

    public KeptSessionAnalyzer()
        : base(Descriptor)
    {
    }

    private protected override void Start(CompilationStartAnalysisContext context, Units units)
    {
        context.RegisterOperationAction(
            one => LookAtAssignment(one, units), OperationKind.SimpleAssignment, OperationKind.CoalesceAssignment);
        context.RegisterOperationAction(
            one => LookAtInitializer(one, units), OperationKind.FieldInitializer, OperationKind.PropertyInitializer);
    }

    private void LookAtInitializer(OperationAnalysisContext context, Units units)
    {
        var initializer = (ISymbolInitializerOperation)context.Operation;
        ISymbol? kept = initializer switch
        {
            IFieldInitializerOperation field => field.InitializedFields[0],
            IPropertyInitializerOperation property => property.InitializedProperties[0],
            _ => null,
        };
        var where = initializer.Syntax.Parent is VariableDeclaratorSyntax variable ? variable : initializer.Syntax;
        Look(context, kept, initializer.Value, where, units);
    }

    private void LookAtAssignment(OperationAnalysisContext context, Units units)
    {
        var assignment = (IAssignmentOperation)context.Operation;
        ISymbol? kept = assignment.Target switch
        {
            IFieldReferenceOperation field => field.Field,
            IPropertyReferenceOperation { Property.SetMethod: not null } property => property.Property,
            _ => null,
        };
        Look(context, kept, assignment.Value, assignment.Syntax, units);
    }

    private void Look(OperationAnalysisContext context, ISymbol? kept, IOperation value, SyntaxNode where, Units units)
    {
        if (kept is not null && Sessions.IsOfUnit(value, units) && (kept.IsStatic || HasUnits(kept.ContainingType, units)))
            context.ReportDiagnostic(At(where, kept.Name));
    }

    private static bool HasUnits(INamedTypeSymbol type, Units units)
        => type.GetMembers().OfType<IMethodSymbol>().Any(method => units.OfCall(method) is not null);
}
