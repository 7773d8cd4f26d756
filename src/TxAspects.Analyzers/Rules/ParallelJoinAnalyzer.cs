using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers.Rules;

/// <summary>TXA005: branches that run the same unit method at the same time, inside a unit, which all of them join.</summary>
/// <remarks>Branches of different methods or services are left alone: they may use different databases.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ParallelJoinAnalyzer : UnitAnalyzer
{
    public const string Id = "TXA005";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Create(
        Id, "Parallel calls join one unit",
        "Several calls of '{0}' run at the same time and join one unit, whose session serves one of them at a time. " +
        "Await them one after the other, or mark the method [NewContext].");

    public ParallelJoinAnalyzer()
        : base(Descriptor)
    {
    }

    private protected override void Start(CompilationStartAnalysisContext context, Units units)
        => context.RegisterOperationAction(one => Look(one, units), OperationKind.Invocation);

    private void Look(OperationAnalysisContext context, Units units)
    {
        var call = (IInvocationOperation)context.Operation;
        var branches = call.TargetMethod switch
        {
            { Name: "WhenAll", ContainingType: { Name: "Task", ContainingNamespace.Name: "Tasks" } } => Branches.Awaited(call, units),
            { ContainingType: { Name: "Parallel", ContainingNamespace.Name: "Tasks" } } => Branches.Repeated(call, units),
            _ => [],
        };
        var shared = branches.FirstOrDefault(one => one.IsRepeated && units.OfCall(one.Method) is { Joins: true })?.Method;
        if (shared is not null && units.Around(call, context.ContainingSymbol) is not null && !units.IsImplementedApart(shared))
            context.ReportDiagnostic(At(call.Syntax, shared.Name));
    }
}
