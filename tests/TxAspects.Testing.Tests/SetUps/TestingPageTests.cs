using System.Reflection;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>docs/testing.md names every public type and method there is.</summary>
[TestClass]
public sealed class TestingPageTests
{
    private static readonly string Page = ReadPage();

    [TestMethod]
    public void Public_members_stand_on_the_page()
    {
        Type[] types = [typeof(TransactionalTest), typeof(TransactionalTestOptions), typeof(TestTemplate), typeof(TestDatabase),
            typeof(WireMeter), typeof(UnitLog), typeof(LoggedUnit)];
        var methods = types
            .SelectMany(type =>
                type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => !method.IsSpecialName &&
                method.Name is not (
                    nameof(IDisposable.Dispose) or nameof(IAsyncDisposable.DisposeAsync) or nameof(ToString) or "SessionAsync"))
            .Select(method => method.Name);
        var names = methods.Concat(types.Select(type => type.Name)).Concat([nameof(TestSetUpException), nameof(TestVerificationException)])
            .Except([nameof(LoggedUnit)]);

        Assert.AreEqual("", string.Join(", ", names.Distinct().Where(name => !Page.Contains(name, StringComparison.Ordinal))));
    }

    private static string ReadPage()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TxAspects.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No TxAspects.sln above the tests.");
        return File.ReadAllText(Path.Combine(folder, "docs", "testing.md"));
    }
}
