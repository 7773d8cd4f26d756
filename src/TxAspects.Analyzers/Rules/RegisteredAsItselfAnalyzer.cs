using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers.Rules;

/// <summary>TXA003: a class registered as itself whose attributed methods a derived class cannot override.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RegisteredAsItselfAnalyzer : UnitAnalyzer
{
    public const string Id = "TXA003";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Create(
        Id, "Registered as itself, but not virtual",
        "'{0}' is registered as itself, but '{1}' is marked [UnitOfWork] and not virtual, so no proxy can intercept it. " +
        "Make it virtual, or register the class by an interface.");

    public RegisteredAsItselfAnalyzer()
        : base(Descriptor)
    {
    }

    private protected override void Start(CompilationStartAnalysisContext context, Units units)
        => context.RegisterOperationAction(one => Look(one, units), OperationKind.Invocation);

    private void Look(OperationAnalysisContext context, Units units)
    {
        var call = (IInvocationOperation)context.Operation;
        if (!Registers(call) || Registered(call) is not INamedTypeSymbol { TypeKind: TypeKind.Class } type)
            return;

        if (NotVirtual(type, units).FirstOrDefault() is { } method)
        {
            var where = method.DeclaringSyntaxReferences.Select(one => one.GetSyntax(context.CancellationToken).GetLocation());
            context.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), where, type.Name, method.Name));
        }
    }

    private static bool Registers(IInvocationOperation call) => call.TargetMethod switch
    {
        { Name: "AddTransient" or "AddScoped" or "AddSingleton" or "AddKeyedTransient" or "AddKeyedScoped" or "AddKeyedSingleton" }
            => call.TargetMethod.ContainingType.Name is "ServiceCollectionServiceExtensions",
        { Name: "TryAddTransient" or "TryAddScoped" or "TryAddSingleton" }
            => call.TargetMethod.ContainingType.Name is "ServiceCollectionDescriptorExtensions",
        { Name: "RegisterType", ContainingType.Name: "RegistrationExtensions" }
            => Chain(call.Syntax).All(name => name is "AsSelf" || !Renames(name)),
        _ => false,
    };

    /// <summary>
    /// The class that is both service and implementation; null where the two differ, and where an object or a lambda is given.
    /// </summary>
    private static ITypeSymbol? Registered(IInvocationOperation call)
    {
        var types = call.Arguments.Select(one => one.Value.Unconverted()).OfType<ITypeOfOperation>().Select(one => one.TypeOperand)
            .Concat(call.TargetMethod.TypeArguments).ToArray();
        var isByType = call.Arguments.All(one =>
            one.Parameter is { Ordinal: 0 } or { Name: "serviceKey" } || one.Value.Unconverted() is ITypeOfOperation);
        return isByType && types.Length > 0 && types.All(one => SymbolEqualityComparer.Default.Equals(one, types[0])) ? types[0] : null;
    }

    private static bool Renames(string name) => name.StartsWith("As", StringComparison.Ordinal) || name is "Named" or "Keyed";

    /// <summary>The names of the calls that follow in the same expression.</summary>
    private static IEnumerable<string> Chain(SyntaxNode node)
    {
        while (node.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax next } access)
        {
            yield return access.Name.Identifier.Text;
            node = next;
        }

        // Kept in a variable, it may be configured anywhere.
        if (node.Parent is not ExpressionStatementSyntax and not ArrowExpressionClauseSyntax and not LambdaExpressionSyntax)
            yield return "Named";
    }

    private static IEnumerable<IMethodSymbol> NotVirtual(INamedTypeSymbol type, Units units)
        => type.GetMembers().OfType<IMethodSymbol>().Where(method =>
            method is { MethodKind: MethodKind.Ordinary, IsVirtual: false, IsAbstract: false, IsImplicitlyDeclared: false } &&
            (!method.IsOverride || method.IsSealed) && units.OfCall(method) is not null);
}
