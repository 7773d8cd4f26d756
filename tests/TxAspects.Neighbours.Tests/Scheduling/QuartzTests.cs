using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Quartz;

namespace TxAspects.Neighbours.Tests.Scheduling;

/// <summary>Jobs of Quartz as units.</summary>
[TestClass]
public sealed class QuartzTests : NeighbourTests
{
    private ReportWatch Watch => Provider.GetRequiredService<ReportWatch>();

    [TestInitialize]
    public void StartQuartz() => Start(services =>
    {
        services.AddSingleton<IReports, Reports>();
        services.AddSingleton<ReportWatch>();
        services.AddQuartz(quartz => quartz.ScheduleJob<ReportJob>(
            trigger => trigger.WithSimpleSchedule(every => every.WithInterval(TimeSpan.FromMilliseconds(50)).RepeatForever()),
            job => job.WithIdentity("stock")));
    });

    [TestMethod]
    public async Task Run_of_a_job_is_a_unit_and_one_that_fails_leaves_nothing()
    {
        Watch.Failures = 1;
        var scheduler = await Provider.GetRequiredService<ISchedulerFactory>().GetScheduler();
        await scheduler.Start();
        await Watch.WaitForRollbackAsync();
        await Watch.WaitForCommitAsync();
        await scheduler.Shutdown(waitForJobsToComplete: true);

        StringAssert.StartsWith(await ItemsAsync(), "report of stock");
        Assert.AreEqual(0L, await ScalarAsync<long>("SELECT count(*) FROM orders WHERE item <> 'report of stock'"));
    }
}
