using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TxAspects.Analyzers.Rules;

namespace TxAspects.Analyzers.CodeFixes;

/// <summary>TXA004: awaits the call, where the method around it is asynchronous.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class AwaitFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [NotAwaitedAnalyzer.Id];

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span, getInnermostNodeForTie: true)
                is InvocationExpressionSyntax { Parent: ExpressionStatementSyntax } call && Surroundings.IsAsync(call))
            context.RegisterCodeFix(
                CodeAction.Create("Await the call", cancellation => FixAsync(context.Document, call, cancellation), NotAwaitedAnalyzer.Id),
                context.Diagnostics);
    }

    private static async Task<Document> FixAsync(Document document, InvocationExpressionSyntax call, CancellationToken cancellationToken)
    {
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var awaited = SyntaxFactory.AwaitExpression(call.WithoutLeadingTrivia()).WithLeadingTrivia(call.GetLeadingTrivia());
        return document.WithSyntaxRoot(root!.ReplaceNode(call, awaited.NormalizeAwait()));
    }
}
