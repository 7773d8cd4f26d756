using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TxAspects.Analyzers.Rules;

namespace TxAspects.Analyzers.CodeFixes;

/// <summary>TXA003: makes the method virtual, wherever in the solution it stands.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class VirtualFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [RegisteredAsItselfAnalyzer.Id];

    // The method stands elsewhere, so two fixes may change one file.
    public override FixAllProvider? GetFixAllProvider() => null;

    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            if (diagnostic.AdditionalLocations.Count == 1 && diagnostic.AdditionalLocations[0] is { SourceTree: { } tree } where &&
                context.Document.Project.Solution.GetDocument(tree) is { } document && MayBeVirtual(tree, where, context.CancellationToken))
                context.RegisterCodeFix(
                    CodeAction.Create(
                        "Make the method virtual", cancellation => FixAsync(document, where, cancellation), RegisteredAsItselfAnalyzer.Id),
                    diagnostic);
        }

        return Task.CompletedTask;
    }

    private static bool MayBeVirtual(SyntaxTree tree, Location where, CancellationToken cancellationToken)
        => tree.GetRoot(cancellationToken).FindNode(where.SourceSpan).Parent is TypeDeclarationSyntax type &&
           !type.Modifiers.Any(SyntaxKind.SealedKeyword);

    private static async Task<Solution> FixAsync(Document document, Location where, CancellationToken cancellationToken)
    {
        var editor = await DocumentEditor.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        if (editor.OriginalRoot.FindNode(where.SourceSpan) is MethodDeclarationSyntax method &&
            !method.Modifiers.Any(SyntaxKind.SealedKeyword))
            editor.SetModifiers(method, editor.Generator.GetModifiers(method).WithIsVirtual(true));
        return editor.GetChangedDocument().Project.Solution;
    }
}
