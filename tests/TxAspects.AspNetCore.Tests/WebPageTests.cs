using System.Text.RegularExpressions;

namespace TxAspects.AspNetCore.Tests;

/// <summary>docs/web.md names tests that exist, and all options there are.</summary>
[TestClass]
public sealed partial class WebPageTests
{
    private static readonly string Page = ReadPage();

    [TestMethod]
    public void Tests_that_are_named_exist()
    {
        var named = TestName().Matches(Page).Select(name => (Type: name.Groups[1].Value, Method: name.Groups[2].Value)).ToArray();

        Assert.IsGreaterThan(30, named.Length);
        foreach (var (type, method) in named)
            Assert.IsNotNull(
                typeof(WebPageTests).Assembly.GetType($"TxAspects.AspNetCore.Tests.{type}")?.GetMethod(method), $"{type}.{method}");
    }

    [TestMethod]
    public void Public_members_stand_on_the_page()
    {
        var members = typeof(TxAspectsMiddlewareOptions).GetProperties().Concat(typeof(TxAspectsEndpointOptions).GetProperties())
            .Select(one => one.Name)
            .Concat(["UseTxAspects", "WithUnitOfWork", "WithoutUnitOfWork", "AddSignalR().AddTxAspects", "AddHealthChecks().AddTxAspects",
                "RollbackOnFailureStatus"])
            .Except(["Settings"]);

        Assert.AreEqual("", string.Join(", ", members.Where(name => !Page.Contains(name, StringComparison.Ordinal))));
    }

    private static string ReadPage()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TxAspects.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No TxAspects.sln above the tests.");
        return File.ReadAllText(Path.Combine(folder, "docs", "web.md"));
    }

    [GeneratedRegex(@"`(\w+(?:Tests|Specification))\.(\w+)`")]
    private static partial Regex TestName();
}
