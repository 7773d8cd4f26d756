namespace TxAspects.Tests;

/// <summary>In one unit the name of a connect says which one is meant.</summary>
[TestClass]
public sealed class ConnectNameTests : DatabaseTests
{
    [TestMethod]
    public async Task Second_connect_of_one_name_is_refused_in_words_and_the_first_works_on()
    {
        await using var second = Master.Create(name: Connect.Name);

        await Tx.RunAsync(async () =>
        {
            await InsertAsync("first");
            var refused = await Assert.ThrowsExactlyAsync<SessionException>(async () => await Tx.SessionAsync(second));
            Assert.ThrowsExactly<SessionException>(() => Tx.Session(second));
            await Assert.ThrowsExactlyAsync<SessionException>(() => Tx.AtomicAsync(second, _ => Task.CompletedTask));
            StringAssert.Contains(refused.Message, $"'{Connect.Name}'");
            await InsertAsync("second");
        });

        Assert.AreEqual("first,second", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Session_of_a_second_connect_of_one_name_cannot_be_attached()
    {
        await using var second = Master.Create(name: Connect.Name);
        await using var session = await Tx.NewSessionAsync(second);

        await Tx.RunAsync(async () =>
        {
            await InsertAsync("first");
            Assert.ThrowsExactly<SessionException>(() => Tx.AttachSession(second, session));
        });

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task In_units_of_their_own_both_are_used()
    {
        await using var second = Master.Create(name: Connect.Name);

        await Tx.RunAsync(async () =>
        {
            await InsertAsync("outer");
            await Tx.RunInNewContextAsync(() => InsertAsync("inner", second));
        });

        Assert.AreEqual("inner,outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task After_the_first_was_closed_the_second_is_used()
    {
        await using var second = Master.Create(name: Connect.Name);

        await Tx.RunAsync(async () =>
        {
            await InsertAsync("first");
            await Tx.CommitAsync(Connect);
            await Tx.CloseAsync(Connect);
            await InsertAsync("second", second);
        });

        Assert.AreEqual("first,second", await Master.ItemsAsync());
    }
}
