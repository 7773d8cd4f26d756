using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>What is answered, and what a health check tells, has no secret in it.</summary>
[TestClass]
public sealed class SecretsTests : WebTests
{
    private const string Secret = "pa55-hunter2";

    [TestMethod]
    [DataRow("/wrong-password")]
    [DataRow("/swallowed")]
    [DataRow("/refused-commit")]
    public async Task Answer_to_a_request_that_fails_repeats_nothing(string path)
    {
        await using var wrong = Master.Create(name: "wrong", configure: settings => settings.Password = Secret);
        await using var app = await TestApp.StartAsync(app =>
        {
            app.MapPost("/wrong-password", () => InsertAsync(Secret, wrong));
            app.MapPost("/swallowed", async () =>
            {
                try
                {
                    await Tx.RunAsync(() => Task.FromException(new InvalidOperationException(Secret)));
                }
                catch (InvalidOperationException)
                {
                }
            });
            app.MapPost("/refused-commit", async () =>
            {
                for (var order = 0; order < 2; order++)
                    (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = Secret, Code = Secret });
            });
        });

        using var answer = await app.Client.PostAsync(path, content: null);

        Assert.IsGreaterThanOrEqualTo(400, (int)answer.StatusCode);
        Assert.DoesNotContain("hunter2", await answer.Content.ReadAsStringAsync());
        Assert.DoesNotContain("hunter2", answer.Headers.ToString());
        foreach (var outcome in app.Outcomes)
            Assert.DoesNotContain("hunter2", outcome.Reason ?? "");
    }

    [TestMethod]
    public async Task Health_check_that_fails_tells_the_connect_and_the_kind_of_failure_alone()
    {
        await using var wrong = Master.Create(
            name: "wrong", configure: settings => (settings.Password, settings.Username) = (Secret, Secret));
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddTxAspects(wrong);
        await using var provider = services.BuildServiceProvider();

        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        var entry = report.Entries["wrong"];
        Assert.AreEqual(HealthStatus.Unhealthy, entry.Status);
        Assert.DoesNotContain("hunter2", entry.Description!);
        Assert.IsInstanceOfType<PostgresException>(entry.Exception!.GetBaseException());
    }
}
