using System.Diagnostics;
using System.Globalization;
using DotNetCore.CAP;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Neighbours.Tests.Cap.Redis;

namespace TxAspects.Neighbours.Tests.Cap.Killed;

/// <summary>Processes are killed between the save of an order and the delivery of its message; another one goes on.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class KilledPublisherTests : NeighbourTests
{
    private const int AtATime = 4;
    private const string Topic = "orders.placed";

    public TestContext TestContext { get; set; } = null!;

    /// <summary>How many processes to kill; eng/cap-kill sets it.</summary>
    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("TXASPECTS_CAP_KILLS") ?? "10", CultureInfo.InvariantCulture);

    private RedisBroker Broker => Provider.GetRequiredService<RedisBroker>();

    [TestMethod]
    public async Task Every_committed_order_has_its_message_delivered_and_no_other()
    {
        var watch = Stopwatch.StartNew();
        await using var redis = await RedisServer.StartAsync();
        Start(services => services.AddCapShop(Database.ConnectionString, redis.Address, configure: cap =>
        {
            // What is older than three seconds, and was not noted as sent, is sent by this process.
            cap.FallbackWindowLookbackSeconds = 3;
            cap.FailedRetryInterval = 1;
        }));
        await Provider.GetRequiredService<IBootstrapper>().BootstrapAsync();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Kills),
            new ParallelOptions { MaxDegreeOfParallelism = AtATime },
            async (number, _) => await KillOneAsync(number, redis));
        var waiting = await WaitingAsync();
        await WaitUntilAllAreSentAsync();

        var orders = (await ScalarAsync<int[]>("SELECT coalesce(array_agg(id), '{}') FROM orders")).ToHashSet();
        var messages = (await Broker.BodiesAsync(Topic)).Select(body => int.Parse(body, CultureInfo.InvariantCulture)).ToArray();
        Assert.IsEmpty(orders.Except(messages), "A committed order has no message.");
        Assert.IsEmpty(messages.Except(orders), "An order that was rolled back has a message.");
        var rolledBack = await ScalarAsync<long>("SELECT last_value FROM orders_id_seq") - orders.Count;
        TestContext.WriteLine($"{Kills} processes killed in {watch.Elapsed.TotalSeconds:0} s: {orders.Count} orders committed, " +
                              $"{rolledBack} rolled back; {messages.Length} messages delivered, " +
                              $"{messages.Length - orders.Count} of them again; " +
                              $"{waiting} waited for another process when the last one was dead.");
    }

    private async Task KillOneAsync(int number, RedisServer redis)
    {
        var point = (KillPoint)(number % Enum.GetValues<KillPoint>().Length);
        using var victim = Victim.Start(Database.ConnectionString, redis.Address, point);
        await victim.WaitUntilItIsThereAsync();
        if (point is KillPoint.AnyMoment)
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * 100));
        await victim.KillAsync();
    }

    private Task<long> WaitingAsync() => ScalarAsync<long>("SELECT count(*) FROM cap.published WHERE \"StatusName\" <> 'Succeeded'");

    private async Task WaitUntilAllAreSentAsync()
    {
        // A server that has not noticed yet that its client is dead may still commit what it had been asked to.
        for (var attempt = 0; await ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()") > 0
            || await WaitingAsync() > 0; attempt++)
        {
            Assert.IsLessThan(3000, attempt, "A message was not sent.");
            await Task.Delay(20);
        }
    }
}
