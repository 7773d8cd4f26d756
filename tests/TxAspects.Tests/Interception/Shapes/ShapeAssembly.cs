using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TxAspects.Tests;

/// <summary>Compiles generated components, all in one assembly, without those that C# refuses.</summary>
public static class ShapeAssembly
{
    /// <param name="name">The assembly's name.</param>
    /// <param name="seeds">One for each component.</param>
    /// <param name="isVisible">Whether its internal types are visible to proxies.</param>
    /// <returns>The most derived class of each component.</returns>
    public static IReadOnlyList<Type> Compile(string name, IEnumerable<int> seeds, bool isVisible)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp14);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var settings = CSharpSyntaxTree.ParseText(
            isVisible ? "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"DynamicProxyGenAssembly2\")]" : "", options);
        var compilation = CSharpCompilation.Create(
            name, [settings, .. seeds.Select(seed => CSharpSyntaxTree.ParseText(new ShapeSource(seed).Write(), options))],
            references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

        var refused = compilation.GetDiagnostics()
            .Where(one => one.Severity is DiagnosticSeverity.Error)
            .Select(one => one.Location.SourceTree!)
            .Distinct();
        using var stream = new MemoryStream();
        var emitted = compilation.RemoveSyntaxTrees(refused).Emit(stream);
        Assert.IsTrue(emitted.Success,
            string.Join(Environment.NewLine, emitted.Diagnostics.Where(one => one.Severity is DiagnosticSeverity.Error)));

        return [.. Assembly.Load(stream.ToArray()).GetTypes()
            .Where(type => type is { IsClass: true, IsNested: false } && type.Name.StartsWith('C') &&
                type.Namespace!.StartsWith("Shape", StringComparison.Ordinal))
            .GroupBy(type => type.Namespace)
            .Select(types => types.MaxBy(type => type.Name)!)];
    }
}
