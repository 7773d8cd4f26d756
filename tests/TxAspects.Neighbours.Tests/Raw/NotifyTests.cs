using Dapper;
using Npgsql;

namespace TxAspects.Neighbours.Tests.Raw;

/// <summary>LISTEN and NOTIFY of PostgreSQL.</summary>
[TestClass]
public sealed class NotifyTests : NeighbourTests
{
    [TestInitialize]
    public void StartShop() => Start(_ => { });

    [TestMethod]
    public async Task Notification_goes_out_with_the_commit_and_not_with_a_rollback()
    {
        await using var listener = new NpgsqlConnection(Database.ConnectionString);
        var heard = new List<string>();
        listener.Notification += (_, notification) => heard.Add(notification.Payload);
        await listener.OpenAsync();
        await listener.ExecuteAsync("LISTEN orders");

        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            await NotifyAsync("unicorn");
            throw new OutOfStockException();
        }));
        await Tx.RunAsync(async () =>
        {
            await NotifyAsync("tea");
            await listener.ExecuteAsync("SELECT 1");    // reads what the server has to tell
            Assert.IsEmpty(heard, "Nothing is sent before the commit.");
        });
        await listener.WaitAsync(CancellationToken.None);

        Assert.AreSequenceEqual(["tea"], heard);
    }

    [TestMethod]
    public async Task Listener_on_the_connection_of_a_unit_hears_nothing_later()
    {
        await Tx.RunAsync(async () => await (await Tx.ConnectionAsync(Shop)).ExecuteAsync("LISTEN orders"));

        // The pool has taken the connection back by now, and resets it before somebody else gets it.
        await Tx.RunAsync(async () => Assert.AreEqual(
            0L, await (await Tx.ConnectionAsync(Shop)).QuerySingleAsync<long>("SELECT count(*) FROM pg_listening_channels()")));
    }

    private async Task NotifyAsync(string item)
    {
        var connection = await Tx.ConnectionAsync(Shop);
        await connection.ExecuteAsync("SELECT pg_notify('orders', @item)", new { item });
    }
}
