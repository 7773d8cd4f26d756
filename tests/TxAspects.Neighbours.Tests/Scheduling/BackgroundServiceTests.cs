using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace TxAspects.Neighbours.Tests.Scheduling;

/// <summary>A BackgroundService whose rounds are units.</summary>
[TestClass]
public sealed class BackgroundServiceTests : NeighbourTests
{
    private ReportWatch Watch => Provider.GetRequiredService<ReportWatch>();

    private IHostedService Worker => Provider.GetServices<IHostedService>().OfType<ReportWorker>().Single();

    [TestInitialize]
    public void StartWorker() => Start(services =>
    {
        services.AddSingleton<IReports, Reports>();
        services.AddSingleton<ReportWatch>();
        services.AddHostedService<ReportWorker>();
    });

    [TestMethod]
    public async Task Round_is_a_unit_and_one_that_fails_leaves_nothing()
    {
        Watch.Failures = 1;
        await Worker.StartAsync(CancellationToken.None);
        await Watch.WaitForRollbackAsync();
        await Watch.WaitForCommitAsync();
        await Worker.StopAsync(CancellationToken.None);

        StringAssert.StartsWith(await ItemsAsync(), "report of stock");
    }
}
