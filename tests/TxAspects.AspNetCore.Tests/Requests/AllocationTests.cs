using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.AspNetCore.Tests;

/// <summary>
/// What the middleware costs a request that touches no database, in bytes. Alone, because a listener of another test would be heard here.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class AllocationTests
{
#if DEBUG
    // The compiler makes the state machines of asynchronous methods classes here.
    private const int Most = 4000;
#else
    private const int Most = 2400;
#endif

    [TestMethod]
    public void Request_without_a_command_allocates_little()
    {
        Tx.Configure(new TxAspectsOptions());
        var without = BytesPerRequest(app => { });
        var with = BytesPerRequest(app => app.UseTxAspects());

        Assert.IsLessThanOrEqualTo(Most, with - without);
    }

    private static long BytesPerRequest(Action<IApplicationBuilder> use)
    {
        var app = new ApplicationBuilder(new ServiceCollection().BuildServiceProvider());
        use(app);
        app.Run(context => context.Response.Body.WriteAsync("fine"u8.ToArray()).AsTask());
        var pipeline = app.Build();
        const int requests = 1_000;
        var least = long.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var request = 0; request < requests; request++)
                Assert.IsTrue(pipeline(new DefaultHttpContext()).IsCompletedSuccessfully);
            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / requests);
        }

        return least;
    }
}
