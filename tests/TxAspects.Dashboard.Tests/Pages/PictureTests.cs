using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using TxAspects.Tests;
using static Microsoft.Playwright.Assertions;

namespace TxAspects.Dashboard.Tests;

/// <summary>
/// The pictures in docs/dashboard.md, which are made where <c>DASHBOARD_SCREENSHOTS</c> names a folder: eng/web-screenshots.
/// </summary>
[TestClass]
public sealed class PictureTests : BrowserTests
{
    [TestMethod]
    [DataRow("", ColorScheme.Light, 1280, 800)]
    [DataRow("-dark", ColorScheme.Dark, 1280, 800)]
    [DataRow("-phone", ColorScheme.Light, 390, 844)]
    [DataRow("-phone-dark", ColorScheme.Dark, 390, 844)]
    public async Task Pictures_are_small_enough_to_keep(string suffix, ColorScheme scheme, int width, int height)
    {
        // Once before, so that the pictures do not show how long code takes to be compiled.
        await StartAsync();
        await RunScenesAsync();
        await App.DisposeAsync();
        await StartAsync();
        await RunScenesAsync();
        await GoAsync("#/plan", new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        await Expect(Page.Locator("tbody tr")).ToHaveCountAsync(3);
        await TakeAsync($"dashboard-plan{suffix}");
        await GoAsync("#/units");
        await Expect(Page.Locator("tbody tr").First).ToBeVisibleAsync();
        await TakeAsync($"dashboard-units{suffix}");
        await Page.GetByRole(AriaRole.Link, new() { Name = "OrderService.PlaceAsync" }).Last.ClickAsync();
        await Expect(Page.Locator("h2")).ToHaveTextAsync("OrderService.PlaceAsync");
        await TakeAsync($"dashboard-unit{suffix}");
        await Page.GetByRole(AriaRole.Heading, new() { Name = "Timeline" }).EvaluateAsync("heading => heading.scrollIntoView()");
        await TakeAsync($"dashboard-timeline{suffix}");

        var release = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var blocker = RunAsync("StockTaking.CountAsync", async () =>
        {
            await RaiseAsync();
            begun.SetResult();
            await release.Task;
        });
        await begun.Task;
        var blocked = RunAsync("OrderService.PlaceAsync", RaiseAsync);
        await GoAsync("#/now");
        await Expect(Page.Locator("tbody tr", new() { HasText = "idle in transaction" })).ToBeVisibleAsync();
        await TakeAsync($"dashboard-now{suffix}");
        release.SetResult();
        await Task.WhenAll(blocker, blocked);
    }

    private async Task RunScenesAsync()
    {
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => RunAsync("OrderService.PlaceAsync", async () =>
        {
            Tx.OnCommitted(() => { });
            var db = await Tx.SessionAsync(Shop);
            await db.Orders.CountAsync();
            await Tx.RunAsync(() => InsertAsync("note", Shop), new UnitOfWorkOptions { Name = "AuditTrail.NoteAsync" });
            await Tx.RunAsync(async () =>
            {
                await InsertAsync("tea", Shop);
                throw new OutOfStockException();
            }, new UnitOfWorkOptions { Name = "StockService.TakeAsync" });
        }));
        await RunAsync("OrderService.ListAsync", async () => await (await Tx.SessionAsync(Shop)).Orders.CountAsync());
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => RunAsync("OrderImport.ImportAsync", async () =>
        {
            await InsertAsync("tea", Shop);
            await Assert.ThrowsExactlyAsync<OutOfStockException>(
                () => Tx.RunAsync(() => throw new OutOfStockException(), new UnitOfWorkOptions { Name = "StockService.TakeAsync" }));
        }));
        await RunAsync("BasketService.DropAsync", () =>
        {
            Tx.SetRollbackOnly("the customer left");
            return InsertAsync("tea", Shop);
        });
        await RunAsync("OrderService.PlaceAsync", () => InsertAsync("coffee", Shop));
    }

    private async Task RaiseAsync()
        => await (await Tx.SessionAsync(Shop)).Orders.ExecuteUpdateAsync(set => set.SetProperty(order => order.Quantity, 3));

    private async Task TakeAsync(string name)
    {
        var picture = await Page.ScreenshotAsync();
        Assert.IsLessThan(300_000, picture.Length);
        if (Environment.GetEnvironmentVariable("DASHBOARD_SCREENSHOTS") is { Length: > 0 } folder)
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}.png"), picture);
    }
}
