using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TxAspects.Analyzers.Rules;

namespace TxAspects.Analyzers.CodeFixes;

/// <summary>TXA009: calls the asynchronous twin and awaits it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class AwaitedTwinFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [SynchronousCallAnalyzer.Id];

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span, getInnermostNodeForTie: true)
            is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax } call && !HasSynchronousBody(call))
            context.RegisterCodeFix(
                CodeAction.Create(
                    "Await the asynchronous call",
                    cancellation => FixAsync(context.Document, call, cancellation),
                    SynchronousCallAnalyzer.Id),
                context.Diagnostics);
    }

    // Its twin takes an asynchronous one.
    private static bool HasSynchronousBody(InvocationExpressionSyntax call)
        => call.ArgumentList.Arguments.Any(one => one.Expression is AnonymousFunctionExpressionSyntax
            { AsyncKeyword.RawKind: not (int)SyntaxKind.AsyncKeyword });

    private static async Task<Document> FixAsync(Document document, InvocationExpressionSyntax call, CancellationToken cancellationToken)
    {
        var access = (MemberAccessExpressionSyntax)call.Expression;
        var name = SyntaxFactory.Identifier(access.Name.Identifier.Text + "Async");
        var twin = call.WithExpression(access.WithName(access.Name.WithIdentifier(name)));
        ExpressionSyntax awaited = SyntaxFactory.AwaitExpression(twin.WithoutTrivia()).NormalizeAwait();
        if (call.Parent is MemberAccessExpressionSyntax or ConditionalAccessExpressionSyntax or ElementAccessExpressionSyntax)
            awaited = SyntaxFactory.ParenthesizedExpression(awaited);

        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        return document.WithSyntaxRoot(root!.ReplaceNode(call, awaited.WithTriviaFrom(call)));
    }
}
