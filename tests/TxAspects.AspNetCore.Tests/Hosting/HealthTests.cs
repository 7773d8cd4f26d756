using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Health checks per connect.</summary>
[TestClass]
public sealed class HealthTests : WebTests
{
    [TestMethod]
    public async Task Database_that_answers_is_healthy_and_its_connection_goes_back()
    {
        await StartAsync(app => app.MapHealthChecks("/health"), services => services.AddHealthChecks().AddTxAspects(Connect));

        Assert.AreEqual("Healthy", await App.Client.GetStringAsync("/health"));
        Assert.AreEqual(1, Master.ConnectionsOpened);
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    [TestMethod]
    public async Task Database_that_does_not_answer_is_reported_by_the_name_of_its_connect_and_without_secrets()
    {
        await using var gone = Master.Create(name: "gone", configure: settings => (settings.Port, settings.Password) = (1, "hunter2"));

        var report = await CheckAsync(checks => checks.AddTxAspects(gone, failureStatus: HealthStatus.Degraded));

        Assert.AreEqual(HealthStatus.Degraded, report.Entries["gone"].Status);
        Assert.AreEqual("'gone' does not answer: SocketException.", report.Entries["gone"].Description);
        Assert.IsInstanceOfType<SocketException>(report.Entries["gone"].Exception!.GetBaseException());
        Assert.IsFalse(report.Entries["gone"].Exception!.ToString().Contains("hunter2", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Check_has_the_name_and_the_tags_it_is_given()
    {
        var report = await CheckAsync(checks => checks.AddTxAspects(Connect, name: "orders", tags: ["ready"]));

        CollectionAssert.AreEqual(new[] { "ready" }, report.Entries["orders"].Tags.ToArray());
        Assert.AreEqual("'master' answers.", report.Entries["orders"].Description);
    }

    [TestMethod]
    public async Task Check_that_takes_longer_than_it_may_is_unhealthy()
    {
        await using var held = Master.Create(configure: settings => settings.MaxPoolSize = 1);
        await using var session = await Tx.NewSessionAsync(held);
        await session.Orders.CountAsync();

        var report = await CheckAsync(checks => checks.AddTxAspects(held, timeout: TimeSpan.FromMilliseconds(100)));

        Assert.AreEqual(HealthStatus.Unhealthy, report.Entries["master"].Status);
    }

    private static async Task<HealthReport> CheckAsync(Action<IHealthChecksBuilder> add)
    {
        var services = new ServiceCollection().AddLogging();
        add(services.AddHealthChecks());
        await using var provider = services.BuildServiceProvider();
        return await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();
    }
}
