using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>The hook that every request's unit gets.</summary>
[TestClass]
public sealed class OpenedTests : WebTests
{
    [TestMethod]
    public async Task Hooks_that_it_adds_run_for_every_request()
    {
        await StartOpenedAsync((context, unit) =>
        {
            Assert.AreSame(unit, Tx.Current);
            unit.Items["path"] = context.Request.Path.Value;
            Tx.OnCommitting(() => InsertAsync($"{Tx.Current!.Items["path"]}"));
        });

        Assert.AreEqual("/one", await App.Client.GetStringAsync("/one"));
        Assert.AreEqual("/two", await App.Client.GetStringAsync("/two"));

        Assert.AreEqual("/one,/two", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Its_throw_is_the_requests_and_rolls_back()
    {
        await StartOpenedAsync((_, _) =>
        {
            Insert("lost");
            throw new UnitFailure();
        });

        using var answer = await App.Client.GetAsync("/one");

        Assert.AreEqual(StatusCodes.Status500InternalServerError, (int)answer.StatusCode);
        Assert.AreEqual(UnitOfWorkState.RolledBack, App.Outcomes.Single().State);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    private Task StartOpenedAsync(Action<HttpContext, ITxUnit> onOpened)
        => StartAsync(app => app.MapGet("/{name}", () => $"{Tx.Current!.Items["path"]}"), options: options => options.OnOpened = onOpened);
}
