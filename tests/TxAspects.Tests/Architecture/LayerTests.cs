namespace TxAspects.Tests;

/// <summary>Arrows point down only, and each third-party name occurs in one place.</summary>
[TestClass]
public sealed class LayerTests
{
    /// <summary>What a folder of the core may use, from the top down. Diagnostics is for everybody, Abstractions has the namespace TxAspects.</summary>
    private static readonly Dictionary<string, string[]> Below = new()
    {
        [""] = ["Interception", "UnitsOfWork", "Ambient", "Connections", "Diagnostics"],
        ["Interception"] = ["UnitsOfWork", "Ambient", "Connections", "Diagnostics"],
        ["UnitsOfWork"] = ["Ambient", "Connections", "Diagnostics"],
        ["Ambient"] = ["Connections", "Diagnostics"],
        ["Connections"] = ["Diagnostics"],
        ["Diagnostics"] = [],
    };

    private static IEnumerable<SourceFile> Core => SourceFile.All.Where(file => file.Package == "TxAspects");

    [TestMethod]
    public void Sources_are_found()
    {
        Assert.IsGreaterThan(30, Core.Count());
        Assert.IsGreaterThan(4, SourceFile.All.Select(file => file.Package).Distinct().Count());
        Assert.IsTrue(Core.Any(file => file.Usings.Contains("Castle.DynamicProxy")));
        Assert.IsTrue(Core.Any(file => file.Usings.Contains("TxAspects.UnitsOfWork")));
    }

    [TestMethod]
    public void Every_folder_of_the_core_has_its_place_in_the_layers()
        => AssertNone(Core.Where(file => !Below.ContainsKey(file.Layer)).Select(file => file.Path));

    [TestMethod]
    public void Folder_uses_only_those_below_it()
        => AssertNone(
            from file in Core
            from name in file.Usings
            where name.StartsWith("TxAspects.", StringComparison.Ordinal)
            let folder = name.Split('.')[1]
            where folder != file.Layer && !Below[file.Layer].Contains(folder)
            select $"{file} uses {name}");

    [TestMethod]
    public void Folder_names_no_namespace_above_it_in_full_either()
        => AssertNone(
            from file in Core
            from folder in Below.Keys
            where folder.Length > 0 && folder != file.Layer && !Below[file.Layer].Contains(folder)
            where file.Code.Contains($"TxAspects.{folder}.", StringComparison.Ordinal)
            select $"{file} names {folder}");

    [TestMethod]
    [DataRow("Castle.", "Interception")]
    [DataRow("AsyncLocal<", "Ambient")]
    [DataRow("Microsoft.EntityFrameworkCore", "Connections", "")]
    public void Name_occurs_in_the_folder_that_is_there_for_it(string name, params string[] folders)
        => AssertNone(Core
            .Where(file => !folders.Contains(file.Layer) && file.Code.Contains(name, StringComparison.Ordinal))
            .Select(file => $"{file} names {name}"));

    [TestMethod]
    [DataRow("Castle", "TxAspects")]
    [DataRow("Autofac", "TxAspects.Autofac")]
    [DataRow("Microsoft.Extensions.DependencyInjection", "TxAspects.DependencyInjection", "TxAspects.AspNetCore", "TxAspects")]
    [DataRow("Microsoft.Extensions.Hosting", "TxAspects.DependencyInjection")]
    [DataRow("Microsoft.Extensions.Configuration", "TxAspects.DependencyInjection")]
    [DataRow("Npgsql", "TxAspects.PostgreSql", "TxAspects.Testing")]
    [DataRow("Microsoft.AspNetCore", "TxAspects.AspNetCore")]
    [DataRow("Microsoft.EntityFrameworkCore", "TxAspects", "TxAspects.PostgreSql", "TxAspects.Testing")]
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
        var assemblies = new[] { typeof(UnitOfWorkAttribute), typeof(Tx), typeof(TxAspectsModule), typeof(TxAspectsServiceCollectionExtensions), typeof(TxAspectsMiddlewareOptions), typeof(PostgresConnect), typeof(Testing.TemporaryPostgres) }
            .Select(type => type.Assembly);

        AssertNone(
            from assembly in assemblies
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

    private static void AssertNone(IEnumerable<string> violations)
        => Assert.AreEqual("", string.Join(Environment.NewLine, violations));
}
