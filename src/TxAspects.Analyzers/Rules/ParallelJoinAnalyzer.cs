using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers.Rules;

/// <summary>TXA005: branches that run the same unit method at the same time, inside a unit, which all of them join.</summary>
/// <remarks>Branches of different methods are left alone: they may use different databases.</remarks>
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
            { Name: "WhenAll", ContainingType: { Name: "Task", ContainingNamespace.Name: "Tasks" } } => Awaited(call),
            { ContainingType: { Name: "Parallel", ContainingNamespace.Name: "Tasks" } } => Repeated(call),
            _ => [],
        };
        var shared = branches.GroupBy(one => one.OriginalDefinition, SymbolEqualityComparer.Default)
            .FirstOrDefault(group => group.Count() > 1 && units.OfCall((IMethodSymbol)group.Key!) is { Joins: true });
        if (shared is not null && units.Around(call, context.ContainingSymbol) is not null)
            context.ReportDiagnostic(At(call.Syntax, shared.Key!.Name));
    }

    /// <summary>The calls whose tasks are given to Task.WhenAll, a repeated one twice.</summary>
    private static IEnumerable<IMethodSymbol> Awaited(IInvocationOperation call)
        => call.Arguments.SelectMany(argument => Elements(Unconverted(argument.Value))).SelectMany(value => value switch
        {
            IInvocationOperation { TargetMethod: { Name: "Select", ContainingType.Name: "Enumerable" } } select => Repeated(select),
            IInvocationOperation one => [one.TargetMethod],
            _ => [],
        });

    private static IEnumerable<IOperation> Elements(IOperation value) => value switch
    {
        IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues.Select(Unconverted),
        ICollectionExpressionOperation collection => collection.Elements.Select(Unconverted),
        _ => [value],
    };

    /// <summary>The calls that the lambda of a call makes as the last thing it does, each twice.</summary>
    private static IEnumerable<IMethodSymbol> Repeated(IInvocationOperation call)
        => call.Arguments
            .Select(argument => Unconverted(argument.Value))
            .OfType<IDelegateCreationOperation>()
            .Select(one => one.Target)
            .OfType<IAnonymousFunctionOperation>()
            .SelectMany(lambda => lambda.Body.Operations)
            .Select(Value)
            .OfType<IInvocationOperation>()
            .SelectMany(one => new[] { one.TargetMethod, one.TargetMethod });

    private static IOperation? Value(IOperation statement)
    {
        var value = statement switch
        {
            IReturnOperation one => one.ReturnedValue,
            IExpressionStatementOperation one => one.Operation,
            _ => null,
        };
        value = value is null ? null : Unconverted(value);
        return value is IAwaitOperation awaited ? Unconverted(awaited.Operation) : value;
    }

    private static IOperation Unconverted(IOperation value)
    {
        while (value is IConversionOperation conversion)
            value = conversion.Operand;
        return value;
    }
}
