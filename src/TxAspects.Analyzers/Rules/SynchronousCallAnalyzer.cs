using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers.Rules;

/// <summary>TXA009: a synchronous call of Tx in an asynchronous method, where a twin can be awaited.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SynchronousCallAnalyzer : UnitAnalyzer
{
    public const string Id = "TXA009";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Create(
        Id, "A synchronous call in asynchronous code", "'Tx.{0}' may block the thread of asynchronous code. Await 'Tx.{0}Async'.",
        DiagnosticSeverity.Info);

    public SynchronousCallAnalyzer()
        : base(Descriptor)
    {
    }

    private protected override void Start(CompilationStartAnalysisContext context, Units units)
        => context.RegisterOperationAction(one => Look(one, units), OperationKind.Invocation);

    private void Look(OperationAnalysisContext context, Units units)
    {
        var call = (IInvocationOperation)context.Operation;
        var method = call.TargetMethod;
        if (units.IsTx(method) && method.ContainingType.GetMembers(method.Name + "Async").Any() &&
            IsAsynchronous(call, context.ContainingSymbol))
            context.ReportDiagnostic(At(call.Syntax, method.Name));
    }

    private static bool IsAsynchronous(IOperation operation, ISymbol containing)
    {
        for (var one = operation.Parent; one is not null; one = one.Parent)
        {
            if (one is IAnonymousFunctionOperation lambda)
                return lambda.Symbol.IsAsync;
            if (one is ILocalFunctionOperation function)
                return function.Symbol.IsAsync;
            if (one is ILockOperation)
                return false;
        }

        return containing is IMethodSymbol { IsAsync: true };
    }
}
