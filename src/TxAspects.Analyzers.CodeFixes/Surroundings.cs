using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TxAspects.Analyzers.CodeFixes;

/// <summary>The function around an expression.</summary>
internal static class Surroundings
{
    public static bool IsAsync(SyntaxNode node)
        => node.Ancestors().FirstOrDefault(IsFunction) switch
        {
            AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
            LocalFunctionStatementSyntax function => function.Modifiers.Any(SyntaxKind.AsyncKeyword),
            MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
            _ => false,
        };

    private static bool IsFunction(SyntaxNode node)
        => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax;

    public static AwaitExpressionSyntax NormalizeAwait(this AwaitExpressionSyntax expression)
        => expression.WithAwaitKeyword(expression.AwaitKeyword.WithTrailingTrivia(SyntaxFactory.Space));
}
