using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace TxAspects.Analyzers.Tests;

/// <summary>Runs one rule over a source in which {|TXA…:…|} marks what it is to find.</summary>
internal static class Verify
{
    /// <summary>What every source may name.</summary>
    public const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Data;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading.Tasks;
        global using Autofac;
        global using Microsoft.EntityFrameworkCore;
        global using Microsoft.Extensions.DependencyInjection;
        global using TxAspects;
        """;

    private const string Common = $$"""
        {{Usings}}

        public class Shop(DbContextOptions options) : DbContext(options);

        public static class Databases
        {
            public static DbConnect<Shop> Master { get; set; } = null!;
        }
        """;

    /// <summary>What this test program may use, so that the versions are those of the library.</summary>
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The same without endpoints.</summary>
    public static readonly MetadataReference[] WithoutEndpoints
        = [.. References.Where(one => !one.Display!.EndsWith("TxAspects.AspNetCore.dll", StringComparison.Ordinal))];

    public static async Task AsyncOf<TAnalyzer>(string source, bool hasEndpoints = false, bool isProgram = false)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        var test = new CSharpAnalyzerTest<TAnalyzer, DefaultVerifier>();
        SetUp(test, test.TestState, source, hasEndpoints);
        if (isProgram)
            test.TestState.OutputKind = OutputKind.ConsoleApplication;
        await test.RunAsync();
    }

    /// <summary>A result of null: no fix is offered.</summary>
    public static async Task FixAsyncOf<TAnalyzer, TFix>(string source, string? result = null)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        var test = new CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier> { CodeFixTestBehaviors = CodeFixTestBehaviors.SkipFixAllCheck };
        SetUp(test, test.TestState, source, hasEndpoints: false);
        if (result is not null)
        {
            test.FixedState.Sources.Add(result);
            test.FixedState.Sources.Add(("/0/Common.cs", Common));
        }

        await test.RunAsync();
    }

    private static void SetUp<T>(AnalyzerTest<T> test, SolutionState state, string source, bool hasEndpoints)
        where T : IVerifier, new()
    {
        test.ReferenceAssemblies = new ReferenceAssemblies("net10.0");
        test.TestBehaviors = TestBehaviors.SkipGeneratedCodeCheck;
        state.Sources.Add(source);
        state.Sources.Add(("/0/Common.cs", Common));
        state.AdditionalReferences.AddRange(hasEndpoints ? References : WithoutEndpoints);
        test.SolutionTransforms.Add((solution, id) =>
        {
            var project = solution.GetProject(id)!;
            var options = (Microsoft.CodeAnalysis.CSharp.CSharpParseOptions)project.ParseOptions!;
            var compilation = project.CompilationOptions!;
            return solution
                .WithProjectParseOptions(id, options.WithLanguageVersion(Microsoft.CodeAnalysis.CSharp.LanguageVersion.CSharp14))
                .WithProjectCompilationOptions(id, compilation.WithSpecificDiagnosticOptions(
                    compilation.SpecificDiagnosticOptions.SetItem("TXA012", ReportDiagnostic.Warn)));
        });
    }
}
