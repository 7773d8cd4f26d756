using DotNetCore.CAP;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Neighbours.Tests.Cap.Redis;

namespace TxAspects.Neighbours.Tests.Cap.Killed;

/// <summary>
/// Places orders until it is killed; every third one fails. Arguments: a connection string, the broker's address, a
/// <see cref="KillPoint"/>. It says when it is there, and goes no further.
/// </summary>
internal static class VictimProgram
{
    public const string Here = "here";

    private const int Workers = 4;

    public static async Task Main(string[] arguments)
    {
        new Thread(EndWithParent) { IsBackground = true }.Start();
        var point = Enum.Parse<KillPoint>(arguments[2]);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddTxConnect("shop", PostgresConnect.Create<ShopContext>, arguments[0]);
        services.AddCapShop(arguments[0], arguments[1]);
        services.AddTxAspects();
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IBootstrapper>().BootstrapAsync();
        var orders = provider.GetRequiredService<IOrderService>();
        for (var number = 0; number < 6; number++)
            await PlaceAsync(orders, number);

        if (point is KillPoint.AnyMoment)
            await WorkAsync(orders);
        else
            await StopAtAsync(point, orders, provider.GetRequiredService<SendSteps>());
    }

    // The input closes when the process is gone that was to kill this one.
    private static void EndWithParent()
    {
        Console.In.ReadToEnd();
        Environment.Exit(1);
    }

    private static Task WorkAsync(IOrderService orders)
    {
        Console.WriteLine(Here);
        return Task.WhenAll(Enumerable.Range(0, Workers).Select(async worker =>
        {
            for (var number = worker; ; number++)
                await PlaceAsync(orders, number);
        }));
    }

    private static Task StopAtAsync(KillPoint point, IOrderService orders, SendSteps steps)
    {
        if (point is KillPoint.Sending)
            steps.BeforeAsync = StopAsync;
        if (point is KillPoint.Sent)
            steps.AfterAsync = StopAsync;
        return Tx.RunAsync(async () =>
        {
            if (point is KillPoint.Committed)
                Tx.OnCommitted(StopAsync);
            await orders.PlaceAsync("the last one");
            if (point is KillPoint.Stored)
                await StopAsync();
        });
    }

    private static async Task PlaceAsync(IOrderService orders, int number)
    {
        try
        {
            await orders.PlaceAsync("tea", fails: number % 3 == 2);
        }
        catch (OutOfStockException)
        {
            // It was to fail.
        }
    }

    private static Task StopAsync()
    {
        Console.WriteLine(Here);
        return Task.Delay(Timeout.Infinite);
    }
}
