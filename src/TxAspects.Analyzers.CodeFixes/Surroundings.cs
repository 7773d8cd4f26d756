using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TxAspects.Analyzers.CodeFixes;

/// <summary>The function around an expression.</summary>
internal static class Surroundings
{
    public static bool IsAsync(SyntaxNode node)
        => node.Ancestors().FirstOrDefault(one => one is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax) switch
        {
            AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
            LocalFunctionStatementSyntax function => function.Modifiers.Any(SyntaxKind.AsyncKeyword),
            MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
            _ => false,
        };

    public static AwaitExpressionSyntax NormalizeAwait(this AwaitExpressionSyntax expression)
        => expression.WithAwaitKeyword(expression.AwaitKeyword.WithTrailingTrivia(SyntaxFactory.Space));
}
