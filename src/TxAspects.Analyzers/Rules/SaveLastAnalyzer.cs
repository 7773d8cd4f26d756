using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers.Rules;

/// <summary>TXA011: a unit whose last statement saves, which its commit does by itself.</summary>
/// <remarks>A method that does nothing else is left alone: it is called so that others see the rows.</remarks>
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
        if (context.OwningSymbol is not IMethodSymbol method)
            return;

        foreach (var block in context.OperationBlocks)
        {
            // What the compiler has bound already is asked first: attributes and interfaces of every method would take long.
            var statements = (block as IBlockOperation)?.Operations.Where(one => !one.IsImplicit).ToArray();
            if (statements is { Length: > 0 } && Saved(statements[statements.Length - 1]) is { Instance: { } session } save &&
                units.OfCall(method) is { MayCommit: true } && Sessions.IsOfUnit(session, units) &&
                statements.Take(statements.Length - 1).Any(one => !IsOnlySession(one, units)))
                context.ReportDiagnostic(At(statements[statements.Length - 1].Syntax, save.TargetMethod.Name));
        }
    }

    private static IInvocationOperation? Saved(IOperation statement)
        => (statement as IExpressionStatementOperation)?.Operation.Awaited() is IInvocationOperation
            { TargetMethod.Name: "SaveChanges" or "SaveChangesAsync" } call &&
           call.Arguments.All(one => one.Parameter?.Type.SpecialType is not SpecialType.System_Boolean)
            ? call
            : null;

    private static bool IsOnlySession(IOperation statement, Units units)
        => statement is IVariableDeclarationGroupOperation group && group.Declarations
            .SelectMany(one => one.Declarators)
            .All(one => one.Initializer?.Value is { } value && Sessions.IsOfUnit(value, units));
}
