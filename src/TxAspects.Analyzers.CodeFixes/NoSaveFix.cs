using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TxAspects.Analyzers.Rules;

namespace TxAspects.Analyzers.CodeFixes;

/// <summary>TXA011: removes the save.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class NoSaveFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [SaveLastAnalyzer.Id];

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span).FirstAncestorOrSelf<ExpressionStatementSyntax>() is { } save)
            context.RegisterCodeFix(
                CodeAction.Create(
                    "Leave the save to the commit", cancellation => FixAsync(context.Document, save, cancellation), SaveLastAnalyzer.Id),
                context.Diagnostics);
    }

    private static async Task<Document> FixAsync(Document document, ExpressionStatementSyntax save, CancellationToken cancellationToken)
    {
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        return document.WithSyntaxRoot(root!.RemoveNode(save, SyntaxRemoveOptions.KeepNoTrivia)!);
    }
}
