using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace SampleWeb.Tests;

/// <summary>The page as a person uses it, in a real Chromium.</summary>
[TestClass]
public sealed partial class PageTests
{
    private const int Phone = 360;

    private static IPlaywright? _playwright;
    private static IBrowser? _browser;

    private static IPage? _desktop;

    private readonly List<string> _complaints = [];
    private IPage? _page;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await Browser.StartAsync(_playwright);

        // For machines that are busy; nothing here waits longer than it must.
        Assertions.SetDefaultExpectTimeout(30_000);
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
        _page?.PageError -= Complain;
        if (_page is not null && _page != _desktop)
            await _page.CloseAsync();
        Assert.IsEmpty(_complaints);
    }

    [TestMethod]
    [DynamicData(nameof(Expectation.Names), typeof(Expectation))]
    public async Task Click_shows_the_units_and_the_rows(string workflow)
    {
        var expected = Expectation.All[workflow];
        var page = await OpenAsync();

        await RunAsync(page, workflow);

        Assert.AreEqual(expected.Status.ToString(CultureInfo.InvariantCulture), await page.Locator("#verdict strong").TextContentAsync());
        Assert.AreSequenceEqual(
            expected.Units.Select(unit => unit.Trim().Replace('_', ' ')).Order(),
            (await page.Locator(".tree .unit > .row").EvaluateAllAsync<string[]>(
                "rows => rows.map(row => `${row.children[0].textContent} ${row.children[1].textContent}`)")).Order());
        Assert.AreSequenceEqual(
            [.. RowsOf(expected.Kept, "kept"), .. RowsOf(expected.Undone, "undone")],
            (await page.Locator("#left tr:not(:has-text('Note:'))")
                .EvaluateAllAsync<string[]>("rows => rows.map(row => `${row.cells[0].textContent.split(':')[0]} " +
                                            "${row.cells[1].textContent.split(',')[0]}`)")).Order()
                                                .OrderBy(row => row.EndsWith("undone", StringComparison.Ordinal)));
        Assert.AreEqual(expected.Notes, await page.Locator("#left tr:has-text('Note:')").CountAsync());
        StringAssert.Contains(await page.Locator("#code").TextContentAsync(), "Async");
        await Assertions.Expect(page.Locator("#ledger")).ToContainTextAsync("exact");
        Assert.AreEqual(expected.KeptCount, await page.Locator("#newest tr.mine").CountAsync());
    }

    [TestMethod]
    public async Task Unit_says_what_it_opened_when_its_transaction_began_and_why_it_rolled_back()
    {
        var page = await OpenAsync();

        await RunAsync(page, "early-commit");

        StringAssert.Matches(await page.Locator(".unit > .facts").TextContentAsync(), Facts());
    }

    [TestMethod]
    public async Task Inner_units_stand_below_the_outer_one()
    {
        var page = await OpenAsync();

        await RunAsync(page, "concurrent-queries");

        Assert.AreEqual(3, await page.Locator(".tree .unit .unit").CountAsync());
    }

    [TestMethod]
    public async Task Commands_open_with_a_click()
    {
        var page = await OpenAsync();
        await RunAsync(page, "simple-use");
        var commands = page.Locator(".commands").First;
        await Assertions.Expect(commands).ToBeHiddenAsync();

        await page.Locator(".tree summary").First.ClickAsync();

        await Assertions.Expect(commands).ToBeVisibleAsync();
        StringAssert.Contains(await commands.TextContentAsync(), "UPDATE products");
    }

    [TestMethod]
    public async Task Event_appears_after_the_commit()
    {
        var page = await OpenAsync();
        await Assertions.Expect(page.Locator("#events")).ToContainTextAsync("committed from now on");

        await RunAsync(page, "after-commit");

        await Assertions.Expect(page.Locator("#events")).ToContainTextAsync("Ada bought TEA.");
    }

    [TestMethod]
    public async Task Keyboard_alone_is_enough_and_the_focus_is_seen()
    {
        var page = await OpenAsync();
        for (var i = 0; i < 10 && await FocusedAsync(page) != "simple-use"; i++)
            await page.Keyboard.PressAsync("Tab");
        Assert.AreEqual("simple-use", await FocusedAsync(page));
        Assert.AreEqual("solid", await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
        await page.Keyboard.PressAsync("Tab");

        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.Locator("#status")).ToHaveTextAsync("Read your own writes answered 200: 1 order kept, 0 undone.");
        Assert.AreEqual("read-your-writes", await FocusedAsync(page));
        Assert.AreEqual("polite", await page.Locator("#status").GetAttributeAsync("aria-live"));
    }

    [TestMethod]
    [DataRow("background-worker")]
    [DataRow("concurrent-queries")]
    [DataRow("atomic-throw")]
    public async Task Phone_needs_no_horizontal_scroll(string workflow)
    {
        var page = await OpenAsync(new() { ViewportSize = new() { Width = Phone, Height = 740 } });

        await RunAsync(page, workflow);
        await Assertions.Expect(page.Locator("#status")).ToBeInViewportAsync();
        foreach (var summary in await page.Locator(".tree summary").AllAsync())
            await summary.ClickAsync();

        Assert.AreEqual(Phone, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [TestMethod]
    public async Task Nothing_comes_from_elsewhere()
    {
        var page = await OpenAsync();
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);

        await page.ReloadAsync();
        await RunAsync(page, "simple-use");

        Assert.IsNotEmpty(asked);
        Assert.IsEmpty(asked.Where(url => !url.StartsWith(TestRun.App.Http.BaseAddress!.ToString(), StringComparison.Ordinal) &&
            !url.StartsWith("data:", StringComparison.Ordinal)));
    }

    /// <summary>docs/sample-web.png is made here, where <c>SAMPLE_WEB_SCREENSHOTS</c> names a folder: eng/web-screenshots.</summary>
    [TestMethod]
    [DataRow("sample-web", ColorScheme.Light, 1100)]
    [DataRow("sample-web-dark", ColorScheme.Dark, 1100)]
    [DataRow("sample-web-phone", ColorScheme.Light, Phone)]
    public async Task Picture_of_the_page_is_small_enough_to_keep(string name, ColorScheme scheme, int width)
    {
        var page = await OpenAsync(
            new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await RunAsync(page, "rollback-by-exception");
        await RunAsync(page, "atomic-commit");

        var picture = await page.ScreenshotAsync(new() { FullPage = true });

        Assert.IsLessThan(400_000, picture.Length);
        if (Environment.GetEnvironmentVariable("SAMPLE_WEB_SCREENSHOTS") is { Length: > 0 } folder)
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}.png"), picture);
    }

    /// <summary>Loads the page; in the same window as before where nothing special is asked for.</summary>
    private async Task<IPage> OpenAsync(BrowserNewPageOptions? options = null)
    {
        _page = options is null ? _desktop ??= await _browser!.NewPageAsync() : await _browser!.NewPageAsync(options);
        _page.PageError += Complain;
        await _page.GotoAsync(TestRun.App.Http.BaseAddress!.ToString());
        await Assertions.Expect(_page.Locator("nav button")).ToHaveCountAsync(Expectation.All.Count);
        return _page;
    }

    private void Complain(object? page, string error) => _complaints.Add(error);

    private static async Task RunAsync(IPage page, string workflow)
    {
        var button = page.Locator($"[data-workflow={workflow}]");
        await button.ClickAsync();
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-current", "true");
        await Assertions.Expect(button).Not.ToHaveAttributeAsync("aria-busy", "true");
        await Assertions.Expect(page.Locator("#status")).ToContainTextAsync("answered");
    }

    private static Task<string?> FocusedAsync(IPage page) => page.EvaluateAsync<string?>("document.activeElement.dataset.workflow ?? null");

    private static IEnumerable<string> RowsOf(string buyers, string state)
        => buyers.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(buyer => $"{buyer} {state}");

    [GeneratedRegex(@"Why: .*Bob changed his mind.* 1 session: 'shop' rolled back\. The transaction began with the first command, [\d.]+ ms after the unit\. Committing took [\d.]+ ms\.")]
    private static partial Regex Facts();
}
