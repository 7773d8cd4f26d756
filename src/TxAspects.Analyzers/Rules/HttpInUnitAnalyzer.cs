using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers.Rules;

/// <summary>TXA012: an HTTP call inside a unit, which may hold its connection and its locks meanwhile. Off by default.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HttpInUnitAnalyzer : UnitAnalyzer
{
    public const string Id = "TXA012";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Create(
        Id, "An HTTP call inside a unit",
        "'{0}' is called inside a unit of work, which keeps its connection and its locks until the answer comes. " +
        "Call it before the first command, in Tx.OnCommitted, or outside the unit.", isOn: false);

    public HttpInUnitAnalyzer()
        : base(Descriptor)
    {
    }

    private protected override void Start(CompilationStartAnalysisContext context, Units units)
        => context.RegisterOperationAction(one => Look(one, units), OperationKind.Invocation);

    private void Look(OperationAnalysisContext context, Units units)
    {
        var call = (IInvocationOperation)context.Operation;
        if (IsClient(call.TargetMethod.ContainingType) && IsRequest(call.TargetMethod.Name) &&
            units.Around(call, context.ContainingSymbol) is not null)
            context.ReportDiagnostic(At(call.Syntax, call.TargetMethod.Name));
    }

    private static bool IsClient(ITypeSymbol type)
        => type is
        {
            Name: "HttpClient" or "HttpMessageInvoker" or "HttpClientJsonExtensions",
            ContainingNamespace: { Name: "Http" or "Json", ContainingNamespace.Name: "Net" or "Http" },
        };

    private static bool IsRequest(string name)
        => name is "Send" or "GetFromJsonAsAsyncEnumerable" ||
           (name.EndsWith("Async", StringComparison.Ordinal) && name is not "DisposeAsync");
}
