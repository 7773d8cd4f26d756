using Microsoft.CodeAnalysis;

namespace TxAspects.Analyzers;

/// <summary>Makes descriptors that are alike in everything but their words.</summary>
internal static class Rule
{
    public static DiagnosticDescriptor Create(
        string id, string title, string message, DiagnosticSeverity severity = DiagnosticSeverity.Warning, bool isOn = true)
        => new(id, title, message, "TxAspects", severity, isOn, $"See docs/analyzers/{id}.md in the sources of TxAspects.");
}
