using Microsoft.EntityFrameworkCore;
using TxAspects.Tests;

namespace TxAspects.Dashboard.Tests;

/// <summary>No view tells a value, an SQL text or a connection string, unless the options ask for it.</summary>
[TestClass]
public sealed class SecretsTests : DashboardTests
{
    private const string Parameter = "hunter2-parameter";
    private const string Literal = "hunter2-literal";
    private const string Message = "hunter2-message";
    private const string Password = "hunter2-password";

    [TestMethod]
    public async Task No_view_repeats_anything_by_default()
    {
        await StartAsync();

        var told = await RunAndReadAllAsync();

        Assert.DoesNotContain("hunter2", told);
        Assert.DoesNotContain("Host=", told);
        Assert.DoesNotContain("Password", told);
        Assert.DoesNotContain("orders", told);    // the table: SQL text
    }

    [TestMethod]
    public async Task Sql_text_is_shown_where_it_is_asked_for_and_values_are_not()
    {
        await StartAsync(options: options => options.ShowSql = true);

        var told = await RunAndReadAllAsync();

        StringAssert.Contains(told, "INSERT INTO orders");
        StringAssert.Contains(told, Literal);
        Assert.DoesNotContain(Parameter, told);
        Assert.DoesNotContain(Message, told);
        Assert.DoesNotContain(Password, told);
    }

    [TestMethod]
    public async Task Values_are_shown_where_they_are_asked_for_and_sql_text_is_not()
    {
        await StartAsync(options: options => options.ShowParameterValues = true);

        var told = await RunAndReadAllAsync();

        StringAssert.Contains(told, Parameter);
        Assert.DoesNotContain(Literal, told);
        Assert.DoesNotContain(Message, told);
        Assert.DoesNotContain(Password, told);
    }

    [TestMethod]
    public async Task Messages_are_shown_where_they_are_asked_for()
    {
        await StartAsync(options: options => options.ShowExceptionMessages = true);

        var told = await RunAndReadAllAsync();

        StringAssert.Contains(told, Message);
        Assert.DoesNotContain(Literal, told);
        Assert.DoesNotContain(Password, told);
    }

    /// <summary>Runs what has secrets in it, and reads every address of the page while it is open and after it.</summary>
    private async Task<string> RunAndReadAllAsync()
    {
        await using var wrong = PostgresConnect.Create(
            $"{Master.ConnectionString};Password={Password};Username=hunter2-user",
            new PostgresConnectOptions<ShopContext> { Name = "wrong" });
        var told = "";
        await RunAsync("writes", async () =>
        {
            await InsertAsync(Parameter, Shop);
            var db = await Tx.SessionAsync(Shop);
            await db.Database.ExecuteSqlRawAsync($"UPDATE orders SET item = '{Literal}' WHERE item = 'nobody'");
            told += await ReadAllAsync();
        });
        await Assert.ThrowsAsync<Exception>(() => RunAsync("throws", async () =>
        {
            await InsertAsync(Parameter, Shop);
            throw new InvalidOperationException(Message);
        }));
        await Assert.ThrowsAsync<DbUpdateException>(() => RunAsync("refused", async () =>
        {
            (await Tx.SessionAsync(Shop)).Orders.Add(new Order { Item = Parameter, Quantity = -1 });
            await (await Tx.SessionAsync(Shop)).SaveChangesAsync();
        }));
        await Assert.ThrowsAsync<Exception>(() => RunAsync("wrong password", () => InsertAsync(Parameter, wrong)));
        return told + await ReadAllAsync();
    }

    private async Task<string> ReadAllAsync()
    {
        var list = await App.GetAsync("units");
        var now = await App.GetAsync("now");
        var ids = list["units"]!.AsArray().Concat(list["troubled"]!.AsArray()).Concat(now["units"]!.AsArray()).Select(unit => unit!["id"]!);
        var told = $"{list.ToJsonString()} {now.ToJsonString()} {(await App.GetAsync("plan")).ToJsonString()}";
        foreach (var id in ids)
            told += (await App.GetAsync($"units/{id}")).ToJsonString();
        foreach (var file in new[] { "", "page.js", "page.css" })
            told += await App.Client.GetStringAsync($"/tx/{file}");
        return told;
    }
}
