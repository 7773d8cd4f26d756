using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Tests;

namespace TxAspects.Dashboard.Tests;

/// <summary>Tests with a database, an application and its page.</summary>
public abstract class DashboardTests : DatabaseTests
{
    private TestApp? _app;
    private DbConnect<ShopContext>? _shop;

    protected TestApp App => _app!;

    /// <summary>A connect as users make it, which can look at its server.</summary>
    protected DbConnect<ShopContext> Shop => _shop ??= PostgresConnect.Create(
        $"{Master.ConnectionString};Maximum Pool Size=5;Application Name=shop-app",
        new PostgresConnectOptions<ShopContext> { Name = "shop" });

    [TestCleanup]
    public async Task StopAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        if (_shop is not null)
            await _shop.DisposeAsync();
    }

    protected async Task StartAsync(
        Action<WebApplication>? map = null, Action<TxAspectsDashboardOptions>? options = null, Action<IServiceCollection>? services = null)
        => _app = await TestApp.StartAsync(map, options, services);

    /// <summary>Runs a body in a unit of the application.</summary>
    protected async Task RunAsync(string name, Func<Task> body, UnitOfWorkOptions? options = null)
    {
        await using var scope = App.Open(name, options);
        try
        {
            await body();
        }
        catch (Exception exception)
        {
            await scope.FailAsync(exception);
            throw;
        }

        await scope.CompleteAsync();
    }

    /// <summary>The kinds of a unit's steps, in their order.</summary>
    protected static string Kinds(JsonNode unit)
        => string.Join(' ', unit["steps"]!.AsArray().Select(step => (string)step!["kind"]!));

    protected static JsonNode StepOf(JsonNode unit, string kind)
        => unit["steps"]!.AsArray().First(step => (string)step!["kind"]! == kind)!;
}
