using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers.Rules;

/// <summary>TXA004: the task of a unit of work, or of a call of Tx, is dropped.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NotAwaitedAnalyzer : UnitAnalyzer
{
    public const string Id = "TXA004";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Create(
        Id, "A unit of work is not awaited",
        "The task of '{0}' is dropped, so its failure is lost and the code after it does not wait for its commit. Await it, or assign " +
            "it to _ where that is meant.");

    public NotAwaitedAnalyzer()
        : base(Descriptor)
    {
    }

    private protected override void Start(CompilationStartAnalysisContext context, Units units)
        => context.RegisterOperationAction(one => Look(one, units), OperationKind.ExpressionStatement);

    private void Look(OperationAnalysisContext context, Units units)
    {
        var operation = ((IExpressionStatementOperation)context.Operation).Operation;
        if (operation is IConditionalAccessOperation conditional)
            operation = conditional.WhenNotNull;
        if (operation.Unconfigured() is IInvocationOperation { TargetMethod: { ReturnType.Name: "Task" or "ValueTask" } method } call &&
            method.ReturnType.ContainingNamespace is { Name: "Tasks", ContainingNamespace.Name: "Threading" } &&
            (units.OfCall(method) is not null || units.IsOfLibrary(method)) && !Substitutes.Take(call))
            context.ReportDiagnostic(At(operation.Syntax, method.Name));
    }
}
