using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers.Rules;

/// <summary>TXA006: the scope of Tx.Open is dropped, is not disposed, or is never completed.</summary>
/// <remarks>A scope that is given to other code is left alone.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ScopeAnalyzer : UnitAnalyzer
{
    public const string Id = "TXA006";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Create(
        Id, "A scope is not disposed or not completed", "The scope of Tx.Open is {0}. {1}.");

    public ScopeAnalyzer()
        : base(Descriptor)
    {
    }

    private protected override void Start(CompilationStartAnalysisContext context, Units units)
        => context.RegisterOperationAction(one => Look(one, units), OperationKind.Invocation);

    private void Look(OperationAnalysisContext context, Units units)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name is not "Open" || !units.IsTx(call.TargetMethod) || Units.HasNoUnit(call))
            return;

        if (IsResource(call) && !EndsWork(call.Syntax))
            context.ReportDiagnostic(At(call.Syntax, "never completed, so its unit always rolls back", "Give it a name, and complete it"));
        else if (call.Parent is IExpressionStatementOperation)
            context.ReportDiagnostic(At(call.Syntax, "dropped, so its unit stays open", "Keep it with using, and complete it"));
        else if (call.Syntax.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable })
            LookAtVariable(context, call, variable);
    }

    private void LookAtVariable(OperationAnalysisContext context, IInvocationOperation call, VariableDeclaratorSyntax variable)
    {
        var name = variable.Identifier.Text;
        var statement = variable.Parent?.Parent;
        var isUsed = statement is UsingStatementSyntax
            or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: (int)SyntaxKind.UsingKeyword };
        if (statement is not UsingStatementSyntax and not LocalDeclarationStatementSyntax)
            return;

        var uses = Body(variable).DescendantNodes().OfType<IdentifierNameSyntax>().Where(one => one.Identifier.Text == name).ToArray();
        if (!uses.All(one => one.Parent is MemberAccessExpressionSyntax access && access.Expression == one))
            return;

        var called = uses.Select(one => ((MemberAccessExpressionSyntax)one.Parent!).Name.Identifier.Text).ToArray();
        if (!isUsed && !called.Any(one => one is "Dispose" or "DisposeAsync" or "ConfigureAwait"))
            context.ReportDiagnostic(At(call.Syntax, "never disposed, so its unit stays open", "Declare it with using"));
        else if (!called.Any(one => one is "Complete" or "CompleteAsync" or "Fail" or "FailAsync") && !EndsWork(variable))
            context.ReportDiagnostic(At(
                call.Syntax, "never completed, so its unit always rolls back",
                "Call CompleteAsync, or SetRollbackOnly where that is meant"));
    }

    private static bool IsResource(IInvocationOperation call)
    {
        var parent = call.Parent is IConversionOperation ? call.Parent.Parent : call.Parent;
        if (parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "ConfigureAwait" } configured })
            parent = configured.Parent;
        return parent is IUsingOperation;
    }

    /// <summary>Whether the code around commits or rolls back by itself, so that nothing is left to complete.</summary>
    private static bool EndsWork(SyntaxNode node)
        => Body(node).DescendantNodes().OfType<MemberAccessExpressionSyntax>().Any(one => one.Name.Identifier.Text
            is "SetRollbackOnly" or "Commit" or "CommitAsync" or "CommitAll" or "CommitAllAsync"
            or "Rollback" or "RollbackAsync" or "RollbackAll" or "RollbackAllAsync");

    /// <summary>The member around a node; the whole file for a top-level statement, which is a part of one method.</summary>
    private static SyntaxNode Body(SyntaxNode node)
        => node.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member and not GlobalStatementSyntax
            ? member
            : node.SyntaxTree.GetRoot();
}
