using System.Reflection;
using System.Runtime.CompilerServices;

namespace TxAspects.Tests;

/// <summary>Of other libraries only public members are used.</summary>
[TestClass]
public sealed class PublicSeamsTests
{
    /// <summary>What looks at every member of the user's own classes, whose declarations it reads.</summary>
    private static readonly string[] ReadDeclarations = ["TxAspects.Interception", "TxAspects.Autofac.ClassProxies.ClassProxyFindings"];

    private static IEnumerable<Assembly> Assemblies => HouseStyleTests.Assemblies;

    private static readonly Lazy<HashSet<string>> Internals = new(() => [.. Assemblies.SelectMany(InternalsUsedBy)]);

    [TestMethod]
    public void No_method_is_an_accessor_of_private_members()
        => AssertNone(Assemblies.SelectMany(IlReader.Methods).Where(IsAccessor));

    [TestMethod]
    public void No_method_looks_for_members_that_are_not_public()
        => AssertNone(Assemblies.SelectMany(IlReader.Methods)
            .Where(method => !Array.Exists(
                ReadDeclarations, one => method.DeclaringType!.FullName!.StartsWith(one, StringComparison.Ordinal)))
            .Where(LooksForMembersThatAreNotPublic));

    [TestMethod]
    public void No_text_is_the_name_of_something_that_a_dependency_keeps_to_itself()
        => AssertNone(Assemblies.SelectMany(IlReader.Methods).Where(NamesInternals));

    [TestMethod]
    public void Each_of_these_is_found_where_it_is()
    {
        var methods = IlReader.Methods(typeof(Planted)).Where(method => !method.IsConstructor).ToArray();

        Assert.AreEqual("Access", string.Join(' ', methods.Where(IsAccessor).Select(one => one.Name)));
        Assert.AreEqual("ByFlags ByKeptFlags ByRuntime",
            string.Join(' ', methods.Where(LooksForMembersThatAreNotPublic).Select(one => one.Name).Order()));
        Assert.AreEqual("NameField NameKey NameType",
            string.Join(' ', methods.Where(NamesInternals).Select(one => one.Name).Order()));
    }

    private static bool IsAccessor(MethodBase method)
        => method.IsDefined(typeof(UnsafeAccessorAttribute)) ||
           method.GetParameters().Any(parameter => parameter.IsDefined(typeof(UnsafeAccessorTypeAttribute)));

    private static bool LooksForMembersThatAreNotPublic(MethodBase method)
    {
        var numbers = new List<int>();
        foreach (var operand in IlReader.Operands(method))
        {
            if (operand is int number)
                numbers.Add(number);
            if (operand is not MethodBase called)
                continue;

            if (called.DeclaringType == typeof(RuntimeReflectionExtensions) && called.Name.StartsWith("GetRuntime", StringComparison.Ordinal))
                return true;
            if (called.GetParameters().Any(parameter => parameter.ParameterType == typeof(BindingFlags)) &&
                (numbers.Count == 0 || numbers.Exists(one => ((BindingFlags)one).HasFlag(BindingFlags.NonPublic))))
                return true;
            numbers.Clear();
        }

        return false;
    }

    private static bool NamesInternals(MethodBase method) => IlReader.Operands(method).OfType<string>().Any(Internals.Value.Contains);

    /// <summary>Names of types and fields, and keys, that the dependencies of a package keep to themselves.</summary>
    private static IEnumerable<string> InternalsUsedBy(Assembly package)
    {
        const BindingFlags every = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public |
                                   BindingFlags.DeclaredOnly;
        foreach (var type in package.GetReferencedAssemblies().Where(IsDependency).Select(Assembly.Load).SelectMany(Types))
        {
            if (!type.IsVisible)
                yield return type.FullName!;
            foreach (var field in type.GetFields(every).Where(field => !type.IsVisible || field.IsPrivate || field.IsAssembly))
            {
                if (field.Name[0] is '_' or '<')
                    yield return field.Name;
                if (field is { IsLiteral: true } && field.GetRawConstantValue() is string { Length: > 4 } key &&
                    key.StartsWith("__", StringComparison.Ordinal))
                    yield return key;
            }
        }
    }

    private static bool IsDependency(AssemblyName name)
        => !name.Name!.StartsWith("TxAspects", StringComparison.Ordinal) && !name.Name.StartsWith("System.", StringComparison.Ordinal);

    private static IEnumerable<Type> Types(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            return exception.Types.OfType<Type>();    // Those of optional dependencies are missing.
        }
    }

    private static void AssertNone(IEnumerable<MethodBase> methods)
        => Assert.AreEqual("", string.Join(Environment.NewLine, methods.Select(one => $"{one.DeclaringType}.{one.Name}")));

    private static class Planted
    {
        private static readonly BindingFlags Kept = BindingFlags.Instance | BindingFlags.NonPublic;

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_size")]
        public static extern ref int Access(List<int> list);

        public static FieldInfo? ByFlags() => typeof(List<int>).GetField("Size", BindingFlags.Instance | BindingFlags.NonPublic);

        public static FieldInfo? ByKeptFlags() => typeof(List<int>).GetField("Size", Kept);

        public static FieldInfo? ByPublicFlags() => typeof(List<int>).GetField("Size", BindingFlags.Instance | BindingFlags.Public);

        public static IEnumerable<FieldInfo> ByRuntime() => typeof(List<int>).GetRuntimeFields();

        public static string NameType() => "Autofac.Features.Decorators.DecoratorMiddleware";

        public static string NameField() => "_implementationType";

        public static string NameKey() => "__StartOnActivate";

        public static string NameNothing() => "Autofac";
    }
}
