using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace TxAspects.Tests;

/// <summary>What the house style asks of the sources and of the public surface.</summary>
[TestClass]
public sealed partial class HouseStyleTests
{
    /// <summary>Meant to be derived from, though not abstract.</summary>
    private static readonly Type[] Inheritable = [typeof(UnitOfWorkAttribute)];

    /// <summary>
    /// What an application has no need of: other packages, drivers and tools use it. It is in the namespace of its folder.
    /// </summary>
    private static readonly string[] ForPackages =
        ["TxAspects.Drivers", "TxAspects.Sessions", "TxAspects.Interception", "TxAspects.Interception.Streams",
            "TxAspects.Interception.Starting", "TxAspects.Units.Hooks", "TxAspects.Units.Scopes"];

    /// <summary>The packages that an application refers to.</summary>
    public static IEnumerable<Assembly> Assemblies { get; } =
    [
        typeof(UnitOfWorkAttribute).Assembly, typeof(Tx).Assembly, typeof(TxAspectsModule).Assembly,
        typeof(TxAspectsServiceCollectionExtensions).Assembly,
        typeof(TxAspectsMiddlewareOptions).Assembly, typeof(PostgresConnect).Assembly, typeof(HttpWatch).Assembly,
        typeof(TxAspectsDashboardOptions).Assembly,
        typeof(Testing.TemporaryPostgres).Assembly,
    ];

    private static IEnumerable<Type> Types
        => Assemblies
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute)) &&
                type.Namespace?.StartsWith("TxAspects", StringComparison.Ordinal) is true);

    [TestMethod]
    public void Public_types_are_where_one_using_finds_them()
        => AssertNone(Types
            .Where(type => type.IsPublic && type.Namespace is not ("TxAspects" or "TxAspects.Testing") &&
                !ForPackages.Contains(type.Namespace))
            .Select(type => type.FullName!));

    [TestMethod]
    public void Internal_types_have_the_namespace_of_their_folder()
        => AssertNone(
            from file in SourceFile.All
            where InternalType().IsMatch(file.Code) && !PublicType().IsMatch(file.Code)
            where file.Package is not "TxAspects.Abstractions"    // which has one namespace
            let expected = file.Folder.Length == 0 ? file.Package : $"{file.Package}.{file.Folder}"
            where file.Namespace != expected
            select $"{file} has {file.Namespace}");

    [TestMethod]
    public void Classes_are_sealed_unless_they_are_to_be_derived_from()
        => AssertNone(Types
            .Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !Inheritable.Contains(type))
            .Select(type => type.FullName!));

    [TestMethod]
    public void Every_await_is_configured()
        => AssertNone(
            from file in SourceFile.All
            from statement in Awaits().Matches(file.Code).Select(match => match.Value)
            where !statement.Contains("ConfigureAwait(", StringComparison.Ordinal)
            select $"{file}: {statement}");

    [TestMethod]
    public void Awaitable_public_methods_end_with_Async_and_only_they()
        => AssertNone(
            from type in Types
            where type.IsVisible
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            where !method.IsSpecialName && IsAwaitable(method.ReturnType) != method.Name.EndsWith("Async", StringComparison.Ordinal)
            select $"{type.Name}.{method.Name}");

    [TestMethod]
    [DataRow(typeof(Tx))]
    [DataRow(typeof(TxAspectsSessionExtensions))]
    [DataRow(typeof(TxScope))]
    public void Asynchronous_method_has_a_synchronous_twin(Type type)
    {
        var methods = type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly);

        AssertNone(
            from method in methods
            where method.Name.EndsWith("Async", StringComparison.Ordinal)
            where !Array.Exists(methods, twin => twin.Name == method.Name[..^"Async".Length] && IsTwin(method, twin))
            select $"{type.Name}.{method}");
    }

    [TestMethod]
    public void Cancellation_token_is_the_last_parameter()
        => AssertNone(
            from type in Types
            where type.IsVisible
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            let index = Array.FindIndex(method.GetParameters(), parameter => parameter.ParameterType == typeof(CancellationToken))
            where index >= 0 && index < method.GetParameters().Length - 1
            select $"{type.Name}.{method.Name}");

    [TestMethod]
    public void File_has_one_type_or_a_group_of_small_internal_ones()
        => AssertNone(
            from file in SourceFile.All
            let types = TopLevelTypes().Matches(file.Code)
            where types.Count != 1 &&
                  (types.Count == 0 || file.LinesOfCode > 60 ||
                      types.Any(type => type.Value.StartsWith("public", StringComparison.Ordinal)))
            select $"{file} has {types.Count}");

    [TestMethod]
    public void Type_has_at_most_300_lines_over_all_its_files()
        => AssertNone(
            from file in SourceFile.All
            where file.Package is not "TxAspects" || file.Folder.Length > 0    // the facade is a list of methods
            group file by $"{file.Package}/{file.Folder}/{Path.GetFileName(file.Path).Split('.')[0]}" into type
            let lines = type.Sum(file => file.Lines.Length)
            where lines > 300
            select $"{type.Key} has {lines}");

    [TestMethod]
    public void Type_in_several_files_is_a_facade()
        => AssertNone(
            from file in SourceFile.All
            where PartialType().IsMatch(file.Code)
            group file by $"{file.Package}/{file.Folder}/{Path.GetFileName(file.Path).Split('.')[0]}" into type
            where type.Count() > 1 && type.Key is not ("TxAspects//Tx" or "TxAspects.PostgreSql//PostgresConnect")
            select type.Key);

    [TestMethod]
    public void Folder_has_at_most_15_files()
        => AssertNone(
            from file in SourceFile.All
            group file by $"{file.Package}/{file.Folder}" into folder
            where folder.Count() > 15
            select $"{folder.Key} has {folder.Count()}");

    [TestMethod]
    public void Line_has_at_most_140_characters()
        => AssertNone(
            from file in SourceFile.All
            from line in file.Lines
            where line.Length > 140
            select $"{file}: {line.Trim()}");

    [TestMethod]
    public void Nothing_is_marked_as_to_do()
        => AssertNone(
            from file in SourceFile.All
            from line in file.Lines
            where line.Contains("TODO", StringComparison.Ordinal) || line.Contains("#region", StringComparison.Ordinal)
            select $"{file}: {line.Trim()}");

    private static bool IsAwaitable(Type type)
        => type == typeof(Task) || type == typeof(ValueTask) ||
           (type.IsGenericType && type.GetGenericTypeDefinition() is var definition &&
               (definition == typeof(Task<>) || definition == typeof(ValueTask<>)));

    // The same parameters in the same order; of delegates the twin takes the synchronous kind, and no token.
    private static bool IsTwin(MethodInfo method, MethodInfo twin)
    {
        var asynchronous = Array.FindAll(method.GetParameters(), parameter => parameter.ParameterType != typeof(CancellationToken));
        var synchronous = twin.GetParameters();
        return asynchronous.Length == synchronous.Length &&
               method.GetGenericArguments().Length == twin.GetGenericArguments().Length &&
               asynchronous.Zip(synchronous).All(pair => pair.First.Name == pair.Second.Name &&
                   (typeof(Delegate).IsAssignableFrom(pair.First.ParameterType) ||
                       pair.First.ParameterType.Name == pair.Second.ParameterType.Name));
    }

    private static void AssertNone(IEnumerable<string> violations)
        => Assert.AreEqual("", string.Join(Environment.NewLine, violations));

    [GeneratedRegex(@"^internal [^\n(]*\b(class|struct|record|interface|enum) ", RegexOptions.Multiline)]
    private static partial Regex InternalType();

    [GeneratedRegex(@"^public [^\n(]*\b(class|struct|record|interface|enum) ", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"^(?:public|internal)[^\n(;=]*\b(?:class|struct|record|interface|enum) \w+", RegexOptions.Multiline)]
    private static partial Regex TopLevelTypes();

    [GeneratedRegex(@"\bpartial (class|record|struct)\b")]
    private static partial Regex PartialType();

    [GeneratedRegex(@"\bawait [^;{]*")]
    private static partial Regex Awaits();
}
