using System.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>GET and HEAD, declared read-only in one place.</summary>
[TestClass]
public sealed class ReadOnlyTests : WebTests
{
    [TestMethod]
    [DataRow("GET", "on")]
    [DataRow("HEAD", "on")]
    [DataRow("POST", "off")]
    public async Task Transaction_is_read_only_by_method(string method, string expected)
    {
        string? readOnly = null;
        await StartReadOnlyAsync(app => app.MapMethods("/", [method], async () => { readOnly = await ShowAsync(); }));

        await AssertAnswerAsync(200, "/", new HttpMethod(method));

        Assert.AreEqual(expected, readOnly);
    }

    [TestMethod]
    public async Task Service_that_does_not_say_that_it_reads_joins_and_reads()
    {
        await StartReadOnlyAsync(app => app.MapGet("/", () => Tx.RunAsync(ShowAsync, new UnitOfWorkOptions { Name = "Orders.Find" })));

        Assert.AreEqual("on", await App.Client.GetStringAsync("/"));
    }

    [TestMethod]
    public async Task Service_that_writes_is_refused_with_the_name_of_the_endpoint()
    {
        await StartReadOnlyAsync(app => app.MapGet("/orders", () => Tx.RunAsync(() => InsertAsync("tea"))));

        await AssertAnswerAsync(500, "/orders");

        Assert.AreEqual("GET /orders", ((ReadOnlyUnitOfWorkException)App.Outcomes.Single().Cause!).UnitName);
    }

    [TestMethod]
    public async Task Settings_of_the_first_service_are_taken_over_and_stay_read_only()
    {
        await StartReadOnlyAsync(app => app.MapGet("/", () => Tx.RunAsync(
            async ()
                => $"{await ShowAsync()} {Tx.Current!.Options.IsolationLevel}",
                    new UnitOfWorkOptions { IsolationLevel = IsolationLevel.Serializable })));

        Assert.AreEqual("on Serializable", await App.Client.GetStringAsync("/"));
    }

    [TestMethod]
    public async Task Endpoint_with_settings_of_its_own_writes()
    {
        await StartReadOnlyAsync(app => app.MapGet("/", [UnitOfWork] async () => { await InsertAsync("tea"); }));

        await AssertAnswerAsync(200, "/");

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task New_context_inside_a_read_only_request_writes()
    {
        await StartReadOnlyAsync(app => app.MapGet("/", () => Tx.RunInNewContextAsync(() => InsertAsync("audit"))));

        await AssertAnswerAsync(200, "/");

        Assert.AreEqual("audit", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Endpoint_that_is_declared_read_only_lets_ordinary_services_join()
    {
        await StartAsync(
            app => app.MapPost("/search", () => Tx.RunAsync(ShowAsync)).WithUnitOfWork(new UnitOfWorkOptions { ReadOnly = true }));

        await AssertAnswerAsync(200, "/search", HttpMethod.Post);
    }

    private Task StartReadOnlyAsync(Action<WebApplication> map) => StartAsync(map, options: options => options.ReadOnlyGet = true);

    private async Task<string> ShowAsync()
        => (await (await Tx.SessionAsync(Connect)).Database.SqlQueryRaw<string>("SHOW transaction_read_only").ToListAsync()).Single();
}
