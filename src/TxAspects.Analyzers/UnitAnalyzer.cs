using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TxAspects.Analyzers;

/// <summary>A rule that looks at code which knows TxAspects, and at no generated code.</summary>
public abstract class UnitAnalyzer : DiagnosticAnalyzer
{
    private readonly DiagnosticDescriptor _rule;

    private protected UnitAnalyzer(DiagnosticDescriptor rule)
    {
        _rule = rule;
        SupportedDiagnostics = [rule];
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; }

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (Units.Of(start.Compilation) is { } units)
                Start(start, units);
        });
    }

    private protected abstract void Start(CompilationStartAnalysisContext context, Units units);

    private protected Diagnostic At(SyntaxNode node, params object?[] arguments) => Diagnostic.Create(_rule, node.GetLocation(), arguments);

    private protected Diagnostic At(Location location, params object?[] arguments) => Diagnostic.Create(_rule, location, arguments);
}
