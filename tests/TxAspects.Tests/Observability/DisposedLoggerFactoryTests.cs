using Microsoft.Extensions.Logging;

namespace TxAspects.Tests;

/// <summary>
/// Options that outlive the host whose logger factory they have, as those of the process do in tests of a web application.
/// </summary>
[TestClass]
[DoNotParallelize]    // sets the options of the process
public sealed class DisposedLoggerFactoryTests : DatabaseTests
{
    [TestMethod]
    public async Task Plain_calls_go_on_without_a_log()
    {
        var factory = LoggerFactory.Create(_ => { });
        factory.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => factory.CreateLogger("any"));
        Tx.Configure(new TxAspectsOptions { LoggerFactory = factory });
        try
        {
            await Tx.NewAtomicSessionAsync(Connect, async db =>
            {
                db.Orders.Add(new Order { Item = "a" });
                await db.SaveChangesAsync();
            });
        }
        finally
        {
            Tx.Configure(new TxAspectsOptions());
        }

        Assert.AreEqual("a", await Master.ItemsAsync());
    }
}
