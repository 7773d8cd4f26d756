using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using SampleWeb.Tests;
using static Microsoft.Playwright.Assertions;

namespace TxAspects.Docs.Tests.Site;

/// <summary>The site in a real Chromium. Pictures of all pages are made where <c>SITE_SCREENSHOTS</c> names a folder.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SiteTests
{
    private static (int Code, string Text) _build;
    private static ServedSite? _site;
    private static IPlaywright? _playwright;
    private static IBrowser? _browser;

    private readonly List<string> _complaints = [];
    private IBrowserContext? _context;

    [ClassInitialize]
    public static async Task BuildAsync(TestContext _)
    {
        _build = await ServedSite.BuildAsync();
        if (_build.Code == 0)
            _site = await ServedSite.ServeAsync();
    }

    [ClassCleanup]
    public static async Task EndAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_site is not null)
            await _site.DisposeAsync();
    }

    [TestCleanup]
    public async Task CloseAsync()
    {
        if (_context is not null)
            await _context.DisposeAsync();
        Assert.AreEqual("", string.Join('\n', _complaints));
    }

    [TestMethod]
    public void Every_link_anchor_and_reference_leads_somewhere()
    {
        Assert.AreEqual(0, _build.Code, _build.Text);
        Assert.IsGreaterThan(50, ServedSite.Pages.Count);
    }

    [TestMethod]
    [DataRow(390, ColorScheme.Light)]
    [DataRow(390, ColorScheme.Dark)]
    [DataRow(1280, ColorScheme.Light)]
    [DataRow(1280, ColorScheme.Dark)]
    public async Task No_page_is_wider_than_the_window_or_asks_another_server(int width, ColorScheme scheme)
    {
        var page = await OpenAsync(width, scheme);
        var pictures = Environment.GetEnvironmentVariable("SITE_SCREENSHOTS");
        var wide = new List<string>();

        foreach (var address in Chosen(pictures, width, scheme))
        {
            await GoAsync(page, address);
            if (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > window.innerWidth"))
                wide.Add(address);
            if (!string.IsNullOrEmpty(pictures))
                await TakeAsync(page, Path.Combine(pictures, $"{address.Replace('/', '-')}-{width}-{scheme}.png"));
        }

        Assert.AreEqual("", string.Join(", ", wide));
    }

    [TestMethod]
    [DataRow(ColorScheme.Light)]
    [DataRow(ColorScheme.Dark)]
    public async Task Text_has_contrast(ColorScheme scheme)
    {
        var page = await OpenAsync(1280, scheme);
        var found = new List<string>();

        string[] pages = ["index.html", "docs/convert.html", "docs/web.html", "docs/failures.html", "api/TxAspects.Tx.html"];
        foreach (var address in pages)
        {
            await GoAsync(page, address);
            await page.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true)");
            var result = await page.RunAxe(
                new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "rule", Values = ["color-contrast"] } });
            found.AddRange(result.Violations.SelectMany(one => one.Nodes).Select(node => $"{address}: {node.Html}"));
        }

        Assert.AreEqual("", string.Join('\n', found));
    }

    [TestMethod]
    [DynamicData(nameof(Questions.All), typeof(Questions))]
    public async Task Search_leads_to_the_page_that_answers(string question, string answer)
    {
        var page = await OpenAsync(1280, ColorScheme.Light);
        await GoAsync(page, "index.html");

        var query = page.Locator("#search-query");
        await Expect(query).ToBeEnabledAsync();
        await query.PressSequentiallyAsync(question);

        await Expect(page.Locator("#search-results .sr-item .item-title a").First)
            .ToHaveAttributeAsync("href", new Regex($"{Regex.Escape(answer)}(\\?|#|$)"));
    }

    // Without pictures to take, the phone sees every page and the other three see every tenth.
    private static IEnumerable<string> Chosen(string? pictures, int width, ColorScheme scheme)
        => !string.IsNullOrEmpty(pictures) || (width, scheme) == (390, ColorScheme.Light)
            ? [.. ServedSite.Pages, "api/TxAspects.Tx.html", "api/TxAspects.html"]
            : [.. ServedSite.Pages.Where((_, index) => index % 10 == 0), "api/TxAspects.Tx.html"];

    private async Task<IPage> OpenAsync(int width, ColorScheme scheme)
    {
        if (_site is null)
            Assert.Fail("The site was not built, as another test tells.");

        _playwright ??= await Playwright.CreateAsync();
        SetDefaultExpectTimeout(30_000);
        _browser ??= await Browser.StartAsync(_playwright);
        _context = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 844 },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        var page = await _context.NewPageAsync();
        page.PageError += (_, error) => _complaints.Add(error);
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
                _complaints.Add($"{response.Status}: {response.Url}");
        };
        await page.RouteAsync("**", route =>
        {
            if (route.Request.Url.StartsWith(_site.Address, StringComparison.Ordinal))
                return route.ContinueAsync();
            _complaints.Add($"{page.Url} asks for {route.Request.Url}");
            return route.AbortAsync();
        });
        return page;
    }

    private static async Task GoAsync(IPage page, string address)
    {
        await page.GotoAsync($"{_site!.Address}/{address}", new() { WaitUntil = WaitUntilState.Load });
        await Expect(page.Locator("body[data-ready], article").First).ToBeVisibleAsync();
    }

    private static async Task TakeAsync(IPage page, string file)
    {
        await page.WaitForTimeoutAsync(300);
        await page.ScreenshotAsync(new() { Path = file, FullPage = true });
    }
}
