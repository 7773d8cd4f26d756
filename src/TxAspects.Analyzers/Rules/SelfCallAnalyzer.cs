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
        if (call.Instance?.Unconverted() is not IInstanceReferenceOperation
                { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance, Type: { } type } ||
            Called(call, type) is not { } method || MayBeOverridden(method))
            return;

        var caller = context.ContainingSymbol is IMethodSymbol containing ? units.OfCall(containing) : null;
        if (units.OfMethod(method) is { } attribute && attribute.OtherThanJoining(caller) is { } wish &&
            !IsGiven(call, attribute, units) && !(attribute.IsLike(caller) && IsWholeBody(call)))
            context.ReportDiagnostic(At(call.Syntax, method.Name, wish));
    }

    /// <summary>The method that runs; null where the compiler cannot tell.</summary>
    private static IMethodSymbol? Called(IInvocationOperation call, ITypeSymbol type)
        => call.Instance is not IConversionOperation || call.TargetMethod.ContainingType.TypeKind is not TypeKind.Interface
            ? call.TargetMethod
            : type.FindImplementationForInterfaceMember(call.TargetMethod) as IMethodSymbol;

    /// <summary>Whether the call stands in a unit, or behind a savepoint, that was made for it.</summary>
    private static bool IsGiven(IOperation call, UnitAttribute attribute, Units units)
    {
        for (var one = call.Parent; one is not null; one = one.Parent)
        {
            if (one is IAnonymousFunctionOperation &&
                (units.IsBodyOf(one, "Run", "RunAsync", "RunInNewContext", "RunInNewContextAsync") ||
                    (attribute.IsNested && units.IsBodyOf(one, "Atomic", "AtomicAsync"))))
                return true;
        }

        return false;
    }

    /// <summary>Whether the caller does nothing but the call, so that its own unit serves as the one that is asked for.</summary>
    private static bool IsWholeBody(IOperation call)
    {
        IOperation? one = call.Parent;
        while (one is IAwaitOperation or IConversionOperation or IReturnOperation or IExpressionStatementOperation ||
            one is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" })
            one = one.Parent;
        return one is IBlockOperation { Parent: IMethodBodyBaseOperation } block &&
               block.Operations.Count(each => each is not IReturnOperation { IsImplicit: true, ReturnedValue: null }) == 1;
    }

    private static bool MayBeOverridden(IMethodSymbol method)
        => (method.IsVirtual || method.IsAbstract || method.IsOverride) && !method.IsSealed && !method.ContainingType.IsSealed;
}
