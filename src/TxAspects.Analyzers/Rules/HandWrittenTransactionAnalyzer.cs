using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers.Rules;

/// <summary>TXA008: a transaction by hand inside a unit, on the unit's own session or around it.</summary>
/// <remarks>A transaction of another context is left alone.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HandWrittenTransactionAnalyzer : UnitAnalyzer
{
    public const string Id = "TXA008";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Create(
        Id, "A transaction by hand inside a unit",
        "'{0}' is used inside a unit of work, which has a transaction of its own. Remove it; use Propagation.Nested or Tx.AtomicAsync " +
            "for a part that may fail.");

    public HandWrittenTransactionAnalyzer()
        : base(Descriptor)
    {
    }

    private protected override void Start(CompilationStartAnalysisContext context, Units units)
    {
        context.RegisterOperationAction(one => LookAtCall(one, units), OperationKind.Invocation);
        context.RegisterOperationAction(one => LookAtCreation(one, units), OperationKind.ObjectCreation);
    }

    private void LookAtCall(OperationAnalysisContext context, Units units)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name is not ("BeginTransaction" or "BeginTransactionAsync"))
            return;

        // db.Database.BeginTransaction(), whose overload with an isolation level is an extension method.
        var begun = call.Instance ?? (call.Arguments.IsEmpty ? null : call.Arguments[0].Value);
        var isOfUnit = begun is IPropertyReferenceOperation { Property.Name: "Database", Instance: { } session }
            ? Sessions.IsOfUnit(session, units)
            : begun is not null && Sessions.IsConnectionOfUnit(begun, units);
        if (isOfUnit && units.Around(call, context.ContainingSymbol) is not null)
            context.ReportDiagnostic(At(call.Syntax, call.TargetMethod.Name));
    }

    private void LookAtCreation(OperationAnalysisContext context, Units units)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        if (creation.Type is { Name: "TransactionScope", ContainingNamespace.Name: "Transactions" } && !Suppresses(creation) &&
            units.Around(creation, context.ContainingSymbol) is not null)
            context.ReportDiagnostic(At(creation.Syntax, "TransactionScope"));
    }

    private static bool Suppresses(IObjectCreationOperation creation)
        => creation.Arguments.Any(one => one.Value is IFieldReferenceOperation
            { Field: { Name: "Suppress", ContainingType.Name: "TransactionScopeOption" } });
}
