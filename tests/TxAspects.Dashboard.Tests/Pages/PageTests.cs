using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using TxAspects.Testing;
using TxAspects.Tests;
using static Microsoft.Playwright.Assertions;

namespace TxAspects.Dashboard.Tests;

/// <summary>The page as a person uses it.</summary>
[TestClass]
public sealed class PageTests : BrowserTests
{
    private const string Evil = "<img src=x onerror=alert(1)><b>'\"&";

    [TestMethod]
    public async Task Open_unit_appears_while_one_looks_and_goes_when_it_ends()
    {
        await StartAsync();
        await GoAsync();
        await Expect(Page.GetByText("No unit is open.")).ToBeVisibleAsync();

        await RunAsync("Orders.Place", async () =>
        {
            await InsertAsync("tea", Shop);
            await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Orders.Place" })).ToBeVisibleAsync();
            await Expect(Page.Locator("tr", new() { HasText = "Orders.Place" })).ToContainTextAsync("idle in it for");
            await Expect(Page.Locator("tr", new() { HasText = "answers" })).ToContainTextAsync("1 of 5");
        });

        await Expect(Page.GetByText("No unit is open.")).ToBeVisibleAsync();
    }

    [TestMethod]
    public async Task Blocked_unit_and_its_blocker_are_shown_and_lead_to_each_other()
    {
        await StartAsync();
        await RunAsync("seed", () => InsertAsync("tea", Shop));
        var release = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var blocker = RunAsync("Stock.Count", async () =>
        {
            await UpdateAsync();
            begun.SetResult();
            await release.Task;
        });
        await begun.Task;
        var blocked = RunAsync("Orders.Place", UpdateAsync);
        await GoAsync();

        var wait = Page.Locator("table", new() { HasText = "Who waits for whom" }).Locator("tbody tr");
        await Expect(wait).ToContainTextAsync("Orders.Place");
        await Expect(wait).ToContainTextAsync("idle in transaction");
        await AssertAccessibleAsync();
        await wait.GetByRole(AriaRole.Link, new() { Name = "'Stock.Count'" }).ClickAsync();
        await Expect(Page.Locator("h2")).ToHaveTextAsync("Stock.Count");
        await Expect(Page.Locator(".why")).ToHaveTextAsync("open. It has not ended.");
        release.SetResult();
        await Task.WhenAll(blocker, blocked);

        await Expect(Page.Locator(".why")).ToContainTextAsync("Committed.");
    }

    [TestMethod]
    public async Task List_is_live_and_keeps_the_focus()
    {
        await StartAsync();
        await RunAsync("first", () => Task.CompletedTask);
        await GoAsync("#/units");
        await Page.GetByRole(AriaRole.Link, new() { Name = "first" }).FocusAsync();

        await RunAsync("second", () => Task.CompletedTask);

        await Expect(Page.Locator("tbody tr").First).ToContainTextAsync("second");
        Assert.AreEqual("first", await Page.EvaluateAsync<string>("document.activeElement.textContent"));
    }

    [TestMethod]
    public async Task List_is_filtered_by_each_field_and_the_filter_has_an_address()
    {
        await StartAsync();
        await RunAsync("Orders.Place", () => InsertAsync("tea", Shop));
        await RunAsync("Orders.List", () => Task.CompletedTask);
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => RunAsync("Stock.Take", () => throw new OutOfStockException()));
        await GoAsync("#/units");
        await Expect(Page.Locator("tbody tr")).ToHaveCountAsync(3);

        await Page.GetByLabel("Method").FillAsync("orders");
        await Expect(Page.Locator("tbody tr")).ToHaveCountAsync(2);
        await Page.GetByLabel("Connect").FillAsync("shop");
        await Expect(Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Page.ReloadAsync();
        await Expect(Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(Page.GetByLabel("Method")).ToHaveValueAsync("orders");
        await Page.GetByRole(AriaRole.Button, new() { Name = "All" }).ClickAsync();
        await Expect(Page.Locator("tbody tr")).ToHaveCountAsync(3);
        await Page.GetByLabel("Outcome").SelectOptionAsync("rolled back");
        await Expect(Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(Page.Locator("tbody tr")).ToContainTextAsync("Stock.Take");
        await Page.GetByLabel("Outcome").SelectOptionAsync("any");
        await Page.GetByLabel("At least ms").FillAsync("100000");
        await Expect(Page.Locator("tbody tr")).ToHaveCountAsync(0);
        await Page.GetByLabel("At least ms").FillAsync("");
        await Page.GetByLabel("Request or trace id").FillAsync("no such request");
        await Expect(Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("0 of 3 kept units match.");
    }

    [TestMethod]
    public async Task Failing_unit_is_followed_from_the_list_to_the_call_that_threw()
    {
        await StartAsync();
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => RunAsync("Orders.Place", async () =>
        {
            await InsertAsync("tea", Shop);
            await Tx.RunAsync(() => throw new OutOfStockException(), new UnitOfWorkOptions { Name = "Stock.Take" });
        }));
        await GoAsync("#/units");

        await Page.GetByRole(AriaRole.Link, new() { Name = "Orders.Place" }).ClickAsync();

        await Expect(Page.Locator(".why")).ToHaveTextAsync(
            "Rolled back, because it failed with OutOfStockException, in the call 'Stock.Take'.");
        await Expect(Page.Locator("h2")).ToBeFocusedAsync();
        await Expect(Page.Locator("main")).ToContainTextAsync("It left the call 'Stock.Take' first.");
        await Expect(Page.Locator("tr", new() { HasText = "INSERT · SaveChanges" })).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Row, new() { Name = "ROLLBACK shop" })).ToBeVisibleAsync();
        await Page.GetByText("Stack", new() { Exact = true }).ClickAsync();
        await Expect(Page.Locator("details pre")).ToContainTextAsync(nameof(PageTests));
        await AssertAccessibleAsync();
    }

    [TestMethod]
    public async Task Unit_is_copied_as_text()
    {
        await StartAsync();
        await RunAsync("Orders.Place", () => InsertAsync("tea", Shop));
        await GoAsync(options: new() { Permissions = ["clipboard-read", "clipboard-write"] });
        var id = (await App.GetAsync("units"))["units"]![0]!["id"];
        await GoAsync($"#/unit/{id}");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Copy as text" }).ClickAsync();

        await Expect(Page.Locator("#said")).ToHaveTextAsync("Copied.");
        var text = await Page.EvaluateAsync<string>("navigator.clipboard.readText()");
        StringAssert.StartsWith(text, $"Orders.Place (unit {id}): committed. Committed.");
        StringAssert.Contains(text, "COMMIT – committed [shop]");
    }

    [TestMethod]
    public async Task Where_the_browser_lets_nobody_copy_the_text_is_marked()
    {
        await StartAsync();
        await RunAsync("Orders.Place", () => Task.CompletedTask);
        await GoAsync($"#/unit/{(await App.GetAsync("units"))["units"]![0]!["id"]}");
        await Page.EvaluateAsync("Object.defineProperty(navigator, 'clipboard', { value: undefined })");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Copy as text" }).ClickAsync();

        await Expect(Page.Locator("#text")).ToContainTextAsync("Orders.Place (unit");
        StringAssert.Contains(await Page.EvaluateAsync<string>("getSelection().toString()"), "Orders.Place (unit");
    }

    [TestMethod]
    public async Task Unit_that_is_not_kept_is_told_as_such()
    {
        await StartAsync();

        await GoAsync("#/unit/123456789");

        await Expect(Page.Locator("main")).ToContainTextAsync("There is no unit 123456789, or it is not kept any more.");
    }

    [TestMethod]
    public async Task Plan_is_a_table()
    {
        await StartAsync();

        await GoAsync("#/plan");

        var row = Page.Locator("tr", new() { HasText = "Work.RepeatAsync" });
        await Expect(row).ToContainTextAsync("Required, Serializable, 5 retries");
        await Expect(row).ToContainTextAsync("[UnitOfWork] on 'IWork.RepeatAsync'");
        await AssertAccessibleAsync();
    }

    [TestMethod]
    public async Task Names_and_messages_are_never_markup()
    {
        await StartAsync(options: options => (options.ShowExceptionMessages, options.ShowParameterValues, options.ShowSql) = (true, true, true));
        await Assert.ThrowsAsync<Exception>(() => RunAsync(Evil, async () =>
        {
            await InsertAsync(Evil, Shop);
            await Tx.RunAsync(() => throw new InvalidOperationException(Evil), new UnitOfWorkOptions { Name = Evil });
        }));
        await GoAsync("#/units");

        await Page.GetByRole(AriaRole.Link, new() { Name = Evil }).ClickAsync();

        await Expect(Page.Locator("h2")).ToHaveTextAsync(Evil);
        await Expect(Page.Locator("main")).ToContainTextAsync($"InvalidOperationException: {Evil}");
        Assert.AreEqual(0, await Page.Locator("img, b").CountAsync());
    }

    [TestMethod]
    public async Task Server_that_is_gone_is_told_with_the_time_and_that_it_is_back()
    {
        await StartAsync();
        await RunAsync("Orders.Place", () => Task.CompletedTask);
        await GoAsync("#/units");
        var port = App.Address.Port;
        await App.DisposeAsync();

        await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The application does not answer. What you see below is from before");
        await Expect(Page.Locator("main")).ToHaveClassAsync("stale");
        await AssertAccessibleAsync();
        await using var again = await TestApp.StartRawAsync(app => app.MapTxAspects(), port: port);

        await Expect(Page.GetByRole(AriaRole.Alert)).ToBeHiddenAsync();
        await Expect(Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The application answers again.");
        await Expect(Page.Locator("tbody tr")).ToHaveCountAsync(0);
    }

    [TestMethod]
    public async Task Dead_database_is_told_as_such()
    {
        await StartAsync();
        var server = await TemporaryPostgres.StartAsync();
        await using var connect = PostgresConnect.Create(
            server.ConnectionString, new PostgresConnectOptions<ShopContext> { Name = "frail" });
        await using (server)
        {
            await RunAsync("ping", async () => await (await Tx.SessionAsync(connect)).Database.ExecuteSqlAsync($"SELECT 1"));
            await GoAsync();
            await Expect(Page.Locator("tr", new() { HasText = "frail" })).ToContainTextAsync("answers");
        }

        await Expect(Page.Locator("tr", new() { HasText = "frail" })).ToContainTextAsync("The database does not answer: NpgsqlException");
        await AssertAccessibleAsync();
    }

    [TestMethod]
    public async Task Keyboard_alone_is_enough()
    {
        await StartAsync();
        await RunAsync("Orders.Place", () => Task.CompletedTask);
        await GoAsync();
        await Page.Keyboard.PressAsync("Tab");
        Assert.AreEqual("To the content", await FocusedAsync());
        await Page.Keyboard.PressAsync("Enter");
        Assert.AreEqual("view", await Page.EvaluateAsync<string>("document.activeElement.id"));
        await Page.ReloadAsync();

        await PressUntilAsync("Units");
        Assert.AreEqual("solid", await Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("h2")).ToBeFocusedAsync();
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Units" })).ToHaveAttributeAsync("aria-current", "page");
        await Expect(Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await PressUntilAsync("Orders.Place");
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Page.Locator("h2")).ToHaveTextAsync("Orders.Place");
    }

    [TestMethod]
    [DataRow("#/now")]
    [DataRow("#/units")]
    [DataRow("#/plan")]
    [DataRow("unit")]
    public async Task Phone_needs_no_horizontal_scroll_and_dark_has_contrast(string address)
    {
        await StartAsync(options: options => options.ShowSql = true);
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => RunAsync("Orders.PlaceWithARatherLongNameOfItsOwnAsync", async () =>
        {
            await InsertAsync("tea", Shop);
            throw new OutOfStockException();
        }));
        if (address == "unit")
            address = $"#/unit/{(await App.GetAsync("units"))["units"]![0]!["id"]}";
        await GoAsync(address, new() { ViewportSize = new() { Width = 390, Height = 844 }, ColorScheme = ColorScheme.Dark });
        await Expect(Page.Locator("tbody tr").First).ToBeVisibleAsync();

        Assert.AreEqual(390, await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await AssertAccessibleAsync();
    }

    [TestMethod]
    public async Task Nothing_comes_from_elsewhere_and_the_page_is_no_unit()
    {
        await StartAsync();
        await GoAsync("#/units");
        await GoAsync("#/now");
        await GoAsync("#/plan");
        await Expect(Page.Locator("tbody tr")).ToHaveCountAsync(3);

        Assert.IsEmpty(Asked.Where(url => !url.StartsWith(App.Page.ToString(), StringComparison.Ordinal) &&
            !url.StartsWith("data:", StringComparison.Ordinal)));
        Assert.AreEqual(0L, (long)(await App.GetAsync("now"))["total"]!);
    }

    private async Task UpdateAsync()
        => await (await Tx.SessionAsync(Shop)).Orders.ExecuteUpdateAsync(set => set.SetProperty(order => order.Quantity, 3));

    private Task<string> FocusedAsync() => Page.EvaluateAsync<string>("document.activeElement.textContent");

    private async Task PressUntilAsync(string text)
    {
        for (var count = 0; count < 20 && await FocusedAsync() != text; count++)
            await Page.Keyboard.PressAsync("Tab");
        Assert.AreEqual(text, await FocusedAsync());
    }
}
