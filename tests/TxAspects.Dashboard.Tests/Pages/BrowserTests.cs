using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using SampleWeb.Tests;

namespace TxAspects.Dashboard.Tests;

/// <summary>Tests of the page in a real Chromium. After every test nothing may have gone wrong in it.</summary>
public abstract class BrowserTests : DashboardTests
{
    private static readonly SemaphoreSlim Gate = new(1);
    private static IPlaywright? _playwright;
    private static IBrowser? _browser;

    private readonly List<string> _complaints = [];
    private readonly List<string> _asked = [];
    private IBrowserContext? _context;

    protected IPage Page { get; private set; } = null!;

    /// <summary>What the page asked for.</summary>
    protected IReadOnlyList<string> Asked => _asked;

    [TestCleanup]
    public async Task CloseAsync()
    {
        if (_context is not null)
            await _context.DisposeAsync();
        Assert.AreEqual("", string.Join('\n', _complaints));
    }

    /// <summary>Ends the browser, which all tests share.</summary>
    public static async Task EndAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>Opens the page at an address of its own, such as '#/units'.</summary>
    protected async Task GoAsync(string address = "", BrowserNewContextOptions? options = null)
    {
        _context ??= await (await BrowserAsync()).NewContextAsync(options ?? new() { ReducedMotion = ReducedMotion.Reduce });
        if (Page is null)
        {
            Page = await _context.NewPageAsync();
            Page.PageError += (_, error) => _complaints.Add(error);
            Page.Request += (_, request) => _asked.Add(request.Url);
            Page.Console += (_, message) =>
            {
                // A server that is gone is the subject of some tests, and the browser tells of every such request.
                if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                    _complaints.Add(message.Text);
            };
        }

        await Page.GotoAsync($"{App.Page}{address}");
        await Assertions.Expect(Page.Locator("h2")).ToBeVisibleAsync();
    }

    /// <summary>What the tool finds against WCAG 2.2, levels A and AA: contrast, names, structure.</summary>
    protected async Task AssertAccessibleAsync()
    {
        var result = await Page.RunAxe(new AxeRunOptions
        {
            RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
        });
        Assert.AreEqual("", string.Join('\n', result.Violations.Select(one =>
            $"{one.Id}: {one.Help} at {string.Join(", ", one.Nodes.Select(node => node.Html))}")));
        Assert.IsGreaterThan(10, result.Passes.Length);
    }

    private static async Task<IBrowser> BrowserAsync()
    {
        await Gate.WaitAsync();
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            Assertions.SetDefaultExpectTimeout(30_000);    // for machines that are busy; nothing here waits longer than it must
            return _browser ??= await Browser.StartAsync(_playwright);
        }
        finally
        {
            Gate.Release();
        }
    }
}
