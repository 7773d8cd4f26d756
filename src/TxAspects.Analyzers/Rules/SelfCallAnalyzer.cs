using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers.Rules;

/// <summary>TXA001: a call through this to a method whose attribute asks for something else than joining.</summary>
/// <remarks>A virtual method is left alone: where the class is registered as itself, its proxy overrides it.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SelfCallAnalyzer : UnitAnalyzer
{
    public const string Id = "TXA001";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Create(
        Id, "A call through this passes the proxy by",
        "'{0}' asks for {1}, but is called through this, so no proxy sees the call and it runs as a part of its caller. " +
        "Call it on the service, or use Tx.RunInNewContextAsync or Tx.RunAsync with options.");

    public SelfCallAnalyzer()
        : base(Descriptor)
    {
    }

    private protected override void Start(CompilationStartAnalysisContext context, Units units)
        => context.RegisterOperationAction(one => Look(one, units), OperationKind.Invocation);

    private void Look(OperationAnalysisContext context, Units units)
    {
        var call = (IInvocationOperation)context.Operation;
        var method = call.TargetMethod;
        if (call.Instance is not IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } ||
            MayBeOverridden(method))
            return;

        var caller = context.ContainingSymbol is IMethodSymbol containing ? units.OfCall(containing) : null;
        if (units.OfMethod(method)?.OtherThanJoining(caller) is { } wish)
            context.ReportDiagnostic(At(call.Syntax, method.Name, wish));
    }

    private static bool MayBeOverridden(IMethodSymbol method)
        => (method.IsVirtual || method.IsAbstract || method.IsOverride) && !method.IsSealed && !method.ContainingType.IsSealed;
}
