using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TxAspects.Analyzers.Rules;

namespace TxAspects.Analyzers.CodeFixes;

/// <summary>TXA006: declares the scope with using.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class UsingFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [ScopeAnalyzer.Id];

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var declaration = root?.FindNode(context.Span).FirstAncestorOrSelf<LocalDeclarationStatementSyntax>();
        if (declaration is not null && declaration.UsingKeyword.IsKind(SyntaxKind.None))
            context.RegisterCodeFix(
                CodeAction.Create(
                    "Declare the scope with using",
                    cancellation => FixAsync(context.Document, declaration, cancellation),
                    ScopeAnalyzer.Id),
                context.Diagnostics);
    }

    private static async Task<Document> FixAsync(
        Document document, LocalDeclarationStatementSyntax declaration, CancellationToken cancellationToken)
    {
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var keyword = SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        var disposed = declaration.WithoutLeadingTrivia().WithUsingKeyword(keyword);
        if (Surroundings.IsAsync(declaration))
            disposed = disposed.WithAwaitKeyword(SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space));
        return document.WithSyntaxRoot(root!.ReplaceNode(declaration, disposed.WithLeadingTrivia(declaration.GetLeadingTrivia())));
    }
}
