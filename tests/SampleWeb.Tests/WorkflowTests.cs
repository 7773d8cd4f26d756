using System.Net.Http.Json;
using SampleWeb.Runs;
using SampleWeb.Workflows;
using TxAspects;

namespace SampleWeb.Tests;

[TestClass]
public sealed class WorkflowTests
{
    private static TestApp App => TestRun.App;

    [TestMethod]
    public void Every_workflow_is_expected_to_do_something()
        => Assert.AreSequenceEqual(WorkflowList.All.Select(workflow => workflow.Name).Order(), Expectation.All.Keys.Order());

    [TestMethod]
    [DynamicData(nameof(Expectation.Names), typeof(Expectation))]
    public async Task Workflow_does_what_it_is_expected_to(string workflow)
    {
        var report = await App.RunAsync(workflow);

        Assert.AreEqual(Expectation.All[workflow], Expectation.Of(report));
        Assert.AreEqual(WorkflowList.All.Single(one => one.Name == workflow).Status, report.Status);
        Assert.IsTrue((await App.LedgerAsync()).IsExact);
    }

    [TestMethod]
    public async Task Unit_without_a_command_opens_nothing_and_those_inside_have_sessions_of_their_own()
    {
        var unit = UnitsOf(await App.RunAsync("concurrent-queries")).First();

        Assert.IsEmpty(unit.Sessions!);
        Assert.IsNull(unit.FirstCommand);
        Assert.HasCount(3, unit.Children);
        Assert.IsTrue(unit.Children.All(inner => inner is { Kind: NodeKind.Unit, Sessions.Count: 1, FirstCommand: not null }));
    }

    [TestMethod]
    public async Task Session_that_was_closed_and_one_made_after_it_are_both_told()
    {
        var unit = UnitsOf(await App.RunAsync("early-close")).Single();

        Assert.AreSequenceEqual(
            [UnitOfWorkState.Committed, UnitOfWorkState.Committed], unit.Sessions!.Select(session => session.State!.Value));
        Assert.AreEqual(2, unit.Children.Count(child => child.Kind is NodeKind.Commit));
    }

    [TestMethod]
    public async Task Session_outside_the_unit_is_told_apart_from_it()
    {
        var unit = UnitsOf(await App.RunAsync("outside-session")).Single();

        var outside = unit.Children[0];
        Assert.AreEqual(NodeKind.Outside, outside.Kind);
        Assert.IsGreaterThanOrEqualTo(outside.Start + outside.Duration - unit.Start, unit.FirstCommand!.Value + 0.02);
    }

    [TestMethod]
    public async Task Rolled_back_unit_says_why()
    {
        StringAssert.Contains(UnitsOf(await App.RunAsync("early-commit")).Single().Reason!, "Bob changed his mind");
        StringAssert.Contains(UnitsOf(await App.RunAsync("rollback-by-status")).Single().Reason!, "403");
        Assert.AreEqual("OutOfStockException", UnitsOf(await App.RunAsync("rollback-by-exception")).First().Error);
    }

    [TestMethod]
    public async Task Order_of_the_background_worker_is_delivered()
        => Assert.IsTrue((await App.RunAsync("background-worker")).Orders.Single().Delivered);

    [TestMethod]
    public async Task Uncommitted_order_is_read_in_its_own_unit()
    {
        using var answer = await App.Http.PostAsync("/workflows/read-your-writes", content: null);

        Assert.AreEqual("""{"seen":true}""", await answer.Content.ReadAsStringAsync());
    }

    [TestMethod]
    public async Task Code_that_is_shown_is_in_the_sources()
    {
        var sources = SourceFolder();
        foreach (var snippet in WorkflowList.All.SelectMany(workflow => workflow.Code))
        {
            var file = Directory.EnumerateFiles(sources, snippet.File, SearchOption.AllDirectories)
                .Single(path => !path.Contains("/obj/", StringComparison.Ordinal));
            var source = string.Join('\n', (await File.ReadAllLinesAsync(file)).Select(line => line.Trim()));
            StringAssert.Contains(source, string.Join('\n', snippet.Text.Split('\n').Select(line => line.Trim())));
        }
    }

    [TestMethod]
    public async Task List_has_every_workflow_with_its_code()
    {
        var list = await App.Http.GetFromJsonAsync<List<Dictionary<string, object>>>("/workflows");

        Assert.HasCount(WorkflowList.All.Count, list!);
        Assert.IsTrue(list!.TrueForAll(workflow => workflow["code"].ToString()!.Contains("Async", StringComparison.Ordinal)));
    }

    private static IEnumerable<RunNode> UnitsOf(RunReport report) => report.Tree.Children.Where(child => child.Kind is NodeKind.Unit);

    private static string SourceFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "TxAspects.sln")))
            folder = folder.Parent;
        return Path.Combine(folder.FullName, "sample-web");
    }
}
