using Microsoft.Playwright;
using TxAspects.Testing;
using static Microsoft.Playwright.Assertions;

namespace SampleWeb.Tests;

/// <summary>
/// The page when something is gone, and what is not lost then. A test that ends a program or a server has one of its own, because what is
/// killed leaves its database behind.
/// </summary>
[TestClass]
public sealed class TroubleTests
{
    private static IPlaywright? _playwright;
    private static IBrowser? _browser;

    private IPage? _page;

    private IPage Page => _page!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await Browser.StartAsync(_playwright);
        SetDefaultExpectTimeout(30_000);
    }

    [ClassCleanup]
    public static async Task EndAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    [TestCleanup]
    public async Task CloseAsync()
    {
        if (_page is not null)
            await _page.CloseAsync();
    }

    [TestMethod]
    public async Task Server_that_is_gone_is_told_and_no_old_result_stands_under_a_new_heading()
    {
        await using var server = await TemporaryPostgres.StartAsync();
        using var program = SampleProgram.Start(server, "--port", "0");
        var address = await program.AddressAsync();
        await OpenAsync(address);
        await ClickAsync("simple-use");
        await Expect(Page.Locator("#run")).ToBeVisibleAsync();
        program.Kill();
        await program.WaitForExitAsync();

        await ClickAsync("read-your-writes");

        await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The shop's server does not answer.");
        await Expect(Page.Locator("#run")).ToBeHiddenAsync();
        using var again = SampleProgram.Start(server, "--port", $"{new Uri(address).Port}");
        await again.AddressAsync();
        await ClickAsync("read-your-writes");
        await Expect(Page.Locator("#title")).ToContainTextAsync("Read your own writes");
        await Expect(Page.GetByRole(AriaRole.Alert)).ToBeHiddenAsync();
        again.Kill();
        await again.WaitForExitAsync();
    }

    [TestMethod]
    public async Task Database_that_is_gone_is_told()
    {
        var server = await TemporaryPostgres.StartAsync();
        await using var stopped = server;
        using var program = SampleProgram.Start(server, "--port", "0");
        await OpenAsync(await program.AddressAsync());
        await ClickAsync("simple-use");
        await Expect(Page.Locator("#run")).ToBeVisibleAsync();
        server.Kill();

        await ClickAsync("read-your-writes");

        await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The database is gone");
        await Expect(Page.Locator("#run")).ToBeHiddenAsync();
        await Page.GotoAsync($"{new Uri(Page.Url).GetLeftPart(UriPartial.Authority)}/tx/");
        await Expect(Page.Locator("tr", new() { HasText = "shop" })).ToContainTextAsync("The database does not answer");
        program.Kill();
        await program.WaitForExitAsync();
    }

    [TestMethod]
    public async Task Run_has_an_address()
    {
        await OpenAsync(TestRun.App.Http.BaseAddress!.ToString());
        await ClickAsync("simple-use");
        await Expect(Page.Locator("#title")).ToContainTextAsync("Simple use");
        var first = Page.Url;
        StringAssert.Contains(first, "#run/");
        await ClickAsync("read-your-writes");
        await Expect(Page.Locator("#title")).ToContainTextAsync("Read your own writes");

        await Page.GoBackAsync();
        await Expect(Page.Locator("#title")).ToContainTextAsync("Simple use");
        await Page.GotoAsync("about:blank");
        await Page.GotoAsync(first);

        await Expect(Page.Locator("#title")).ToContainTextAsync("Simple use");
        await Expect(Page.Locator("[data-workflow=simple-use]")).ToHaveAttributeAsync("aria-current", "true");
    }

    [TestMethod]
    public async Task Address_of_a_run_that_the_server_has_not_got_is_told()
    {
        await OpenAsync($"{TestRun.App.Http.BaseAddress}#run/{new string('0', 32)}");

        await Expect(Page.Locator("#status")).ToContainTextAsync("The server has not got this run any more.");
    }

    [TestMethod]
    public async Task Second_click_is_not_lost()
    {
        await OpenAsync(TestRun.App.Http.BaseAddress!.ToString());

        await Page.EvaluateAsync("""
            document.querySelector('[data-workflow=simple-use]').click();
            document.querySelector('[data-workflow=read-your-writes]').click();
            """);

        await Expect(Page.Locator("#title")).ToContainTextAsync("Read your own writes");
        await Page.GoBackAsync();
        await Expect(Page.Locator("#title")).ToContainTextAsync("Simple use");
    }

    [TestMethod]
    public async Task Failing_workflow_is_traced_from_the_request_to_the_call_that_threw()
    {
        await OpenAsync(TestRun.App.Http.BaseAddress!.ToString());
        await ClickAsync("rollback-by-exception");
        await Expect(Page.Locator("#run")).ToBeVisibleAsync();

        await Page.Locator(".tree .unit > .row a").First.ClickAsync();

        await Expect(Page.Locator(".why")).ToContainTextAsync("Rolled back, because");
        await Expect(Page.Locator("main")).ToContainTextAsync("OutOfStockException");
        await Expect(Page.Locator("dl")).ToContainTextAsync("POST /workflows/rollback-by-exception");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "What was thrown" })).ToBeVisibleAsync();
    }

    private async Task OpenAsync(string address)
    {
        _page = await _browser!.NewPageAsync();
        await Page.GotoAsync(address);
        await Expect(Page.Locator("nav button")).ToHaveCountAsync(Expectation.All.Count);
    }

    private Task ClickAsync(string workflow) => Page.Locator($"[data-workflow={workflow}]").ClickAsync();
}
