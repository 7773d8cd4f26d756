using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers.Rules;

/// <summary>TXA011: a unit whose last statement saves, which its commit does by itself.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SaveLastAnalyzer : UnitAnalyzer
{
    public const string Id = "TXA011";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Create(
        Id, "The commit saves by itself",
        "'{0}' is the last thing that this unit of work does. Its commit saves what is pending, in the same trip to the server.",
        DiagnosticSeverity.Info);

    public SaveLastAnalyzer()
        : base(Descriptor)
    {
    }

    private protected override void Start(CompilationStartAnalysisContext context, Units units)
        => context.RegisterOperationBlockAction(one => Look(one, units));

    private void Look(OperationBlockAnalysisContext context, Units units)
    {
        if (context.OwningSymbol is not IMethodSymbol method || units.OfCall(method) is not { AlwaysHasUnit: true })
            return;

        foreach (var block in context.OperationBlocks)
        {
            if ((block as IBlockOperation)?.Operations.LastOrDefault(one => !one.IsImplicit) is { } last &&
                Saved(last) is { Instance: { } session } save && Sessions.IsOfUnit(session, units))
                context.ReportDiagnostic(At(last.Syntax, save.TargetMethod.Name));
        }
    }

    private static IInvocationOperation? Saved(IOperation statement)
    {
        var operation = (statement as IExpressionStatementOperation)?.Operation;
        if (operation is IAwaitOperation awaited)
            operation = awaited.Operation;
        if (operation is IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } configured })
            operation = configured;
        return operation is IInvocationOperation { TargetMethod.Name: "SaveChanges" or "SaveChangesAsync" } call ? call : null;
    }
}
