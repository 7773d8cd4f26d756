namespace TxAspects.Tests;

/// <summary>Arrows point down only, and each third-party name occurs in one place.</summary>
[TestClass]
public sealed class LayerTests
{
    /// <summary>
    /// The layers of the core from the top down: the facade in its root, and its folders. Each may use those after it, and Observing.
    /// </summary>
    private static readonly string[] Layers = ["", "Interception", "Calls", "Units", "Connects", "Sessions", "Drivers"];

    private const string ForAll = "Observing";

    private static IEnumerable<SourceFile> Core => SourceFile.All.Where(file => file.Package == "TxAspects");

    /// <summary>The layer of each type of the core. One in the namespace TxAspects belongs to the folder in which it is.</summary>
    private static readonly Dictionary<string, string> LayerOf = (
        from file in Core
        from type in file.Types
        select (type, file.Layer)).Distinct().ToDictionary();

    [TestMethod]
    public void Sources_are_found()
    {
        Assert.IsGreaterThan(100, Core.Count());
        Assert.IsGreaterThan(8, SourceFile.All.Select(file => file.Package).Distinct().Count());
        Assert.AreEqual("Units", LayerOf["UnitOfWork"]);
        Assert.AreEqual("Connects", LayerOf["DbConnect"]);
        Assert.IsTrue(Core.Single(file => file.Path == "TxAspects/Units/UnitOfWork.cs").Names("Session"));
    }

    [TestMethod]
    public void Every_folder_of_the_core_has_its_place_in_the_layers()
        => AssertNone(Core.Where(file => file.Layer is not ForAll && !Layers.Contains(file.Layer)).Select(file => file.Path));

    [TestMethod]
    public void Layer_names_no_type_of_one_above_it()
        => AssertNone(
            from file in Core.AsParallel().AsOrdered()
            from type in LayerOf
            where !MayUse(file.Layer, type.Value) && file.Names(type.Key)
            select $"{file} names {type.Key} of {type.Value}");

    [TestMethod]
    [DataRow("Castle.", "Interception")]
    [DataRow("AsyncLocal<", "Units", "Sessions")]
    [DataRow("Microsoft.EntityFrameworkCore", "Sessions", "Connects", "Units", "")]
    public void Name_occurs_in_the_folder_that_is_there_for_it(string name, params string[] folders)
        => AssertNone(Core
            .Where(file => !folders.Contains(file.Layer) && file.Code.Contains(name, StringComparison.Ordinal))
            .Select(file => $"{file} names {name}"));

    [TestMethod]
    public void Flows_of_calls_are_followed_in_two_places()
        => AssertNone(Core
            .Where(file => file.Code.Contains("AsyncLocal<", StringComparison.Ordinal) &&
                file is not { Folder: "Units.Ambient" } and not { Path: "TxAspects/Sessions/Visit.cs" })
            .Select(file => file.Path));

    [TestMethod]
    public void Base_class_names_none_of_its_subclasses()
        => AssertNone(
            from file in SourceFile.All
            from type in file.Types
            let subclass = new System.Text.RegularExpressions.Regex($@"\bclass (\w+)[^\n{{;]*: {type}\b")
            from derived in SourceFile.All.Where(other => other.Package == file.Package)
            let match = subclass.Match(derived.Code)
            where match.Success && match.Groups[1].Value != type && file != derived && file.Names(match.Groups[1].Value)
            select $"{file} names {match.Groups[1].Value}");

    [TestMethod]
    [DataRow("Castle", "TxAspects")]
    [DataRow("Autofac", "TxAspects.Autofac")]
    [DataRow("Microsoft.Extensions.DependencyInjection", "TxAspects.DependencyInjection", "TxAspects.AspNetCore", "TxAspects",
        "TxAspects.Dashboard")]
    [DataRow("Microsoft.Extensions.Hosting", "TxAspects.DependencyInjection", "TxAspects.Dashboard")]
    [DataRow("Microsoft.Extensions.Configuration", "TxAspects.DependencyInjection", "TxAspects")]
    [DataRow("Microsoft.CodeAnalysis", "TxAspects.Analyzers", "TxAspects.Analyzers.CodeFixes")]
    [DataRow("Npgsql", "TxAspects.PostgreSql", "TxAspects.Testing")]
    [DataRow("OpenTelemetry", "TxAspects.OpenTelemetry")]
    [DataRow("Microsoft.AspNetCore", "TxAspects.AspNetCore", "TxAspects.Dashboard")]
    [DataRow("Microsoft.EntityFrameworkCore", "TxAspects", "TxAspects.PostgreSql", "TxAspects.Testing", "TxAspects.Autofac",
        "TxAspects.DependencyInjection")]
    public void Third_party_name_occurs_in_its_package(string name, params string[] packages)
        => AssertNone(
            from file in SourceFile.All
            where !packages.Contains(file.Package)
            from used in file.Usings
            where used == name || used.StartsWith(name + ".", StringComparison.Ordinal)
            select $"{file} uses {used}");

    [TestMethod]
    public void Abstractions_depend_on_nothing()
        => AssertNone(
            from file in SourceFile.All
            where file.Package == "TxAspects.Abstractions"
            from name in file.Usings
            where !name.StartsWith("System", StringComparison.Ordinal)
            select $"{file} uses {name}");

    [TestMethod]
    public void Attributes_are_known_in_interception_alone()
        => AssertNone(Core
            .Where(file => file.Layer is not "Interception" && file.Code.Contains("UnitOfWorkAttribute", StringComparison.Ordinal))
            .Select(file => file.Path));

    [TestMethod]
    public void Package_refers_to_the_core_alone_and_Testing_to_PostgreSql_too()
    {
        AssertNone(
            from assembly in HouseStyleTests.Assemblies
            let package = assembly.GetName().Name
            from reference in assembly.GetReferencedAssemblies()
            where reference.Name!.StartsWith("TxAspects", StringComparison.Ordinal)
            where !Allowed(package!, reference.Name!)
            select $"{package} refers to {reference.Name}");

        static bool Allowed(string package, string reference) => package switch
        {
            "TxAspects.Abstractions" => false,
            "TxAspects" => reference is "TxAspects.Abstractions",
            "TxAspects.Testing" => reference is "TxAspects" or "TxAspects.Abstractions" or "TxAspects.PostgreSql",
            _ => reference is "TxAspects" or "TxAspects.Abstractions",
        };
    }

    private static bool MayUse(string layer, string used)
        => layer == used || used is ForAll || (layer is not ForAll && Array.IndexOf(Layers, layer) < Array.IndexOf(Layers, used));

    private static void AssertNone(IEnumerable<string> violations)
        => Assert.AreEqual("", string.Join(Environment.NewLine, violations));
}
