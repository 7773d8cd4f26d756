namespace TxAspects.AspNetCore.Tests;

/// <summary>docs/web.md names all options there are.</summary>
[TestClass]
public sealed class WebPageTests
{
    private static readonly string Page = ReadPage();

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
}
