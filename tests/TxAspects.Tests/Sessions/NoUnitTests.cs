namespace TxAspects.Tests;

/// <summary>Everything that acts on the ambient unit says so where none is open.</summary>
[TestClass]
public sealed class NoUnitTests : DatabaseTests
{
    [TestMethod]
    public async Task Asynchronous_call_names_the_connect_and_the_remedy()
    {
        await RefusesAsync(() => Tx.SessionAsync(Connect).AsTask());
        await RefusesAsync(() => Tx.ConnectionAsync(Connect).AsTask());
        await RefusesAsync(() => Tx.CommitAsync(Connect));
        await RefusesAsync(() => Tx.RollbackAsync(Connect));
        await RefusesAsync(() => Tx.CloseAsync(Connect));
        await RefusesAsync(() => Tx.AtomicAsync(Connect, _ => Task.CompletedTask));
    }

    [TestMethod]
    public void Synchronous_call_names_the_connect_and_the_remedy()
    {
        Refuses(() => Tx.Session(Connect));
        Refuses(() => Tx.Connection(Connect));
        Refuses(() => Tx.Commit(Connect));
        Refuses(() => Tx.Rollback(Connect));
        Refuses(() => Tx.Close(Connect));
        Refuses(() => Tx.Atomic(Connect, _ => { }));
        Refuses(() => Tx.FindSession(Connect));
        Refuses(() => Tx.DetachSession(Connect));
    }

    [TestMethod]
    public async Task Attaching_names_the_connect_and_the_remedy()
    {
        await using var db = await Tx.NewSessionAsync(Connect);

        Refuses(() => Tx.AttachSession(Connect, db));
    }

    [TestMethod]
    public async Task Call_for_every_connect_names_itself()
    {
        await NamesItselfAsync(() => Tx.CommitAllAsync(), "Tx.CommitAllAsync");
        await NamesItselfAsync(() => Tx.RollbackAllAsync(), "Tx.RollbackAllAsync");
        await NamesItselfAsync(() => Tx.CloseAllAsync(), "Tx.CloseAllAsync");
        NamesItself(Tx.CommitAll, "Tx.CommitAll");
        NamesItself(Tx.RollbackAll, "Tx.RollbackAll");
        NamesItself(Tx.CloseAll, "Tx.CloseAll");
        NamesItself(() => Tx.SetRollbackOnly("no tea"), "Tx.SetRollbackOnly");
        NamesItself(() => Tx.OnCommitted(() => { }), "Tx.OnCommitted");
    }

    private static async Task RefusesAsync(Func<Task> call)
        => IsClear(await Assert.ThrowsExactlyAsync<NoUnitOfWorkException>(call));

    private static void Refuses(Action call) => IsClear(Assert.ThrowsExactly<NoUnitOfWorkException>(call));

    private static void IsClear(NoUnitOfWorkException refused)
    {
        Assert.AreEqual("master", refused.ConnectName);
        StringAssert.Contains(refused.Message, "'master'");
        StringAssert.Contains(refused.Message, "[UnitOfWork]");
        StringAssert.Contains(refused.Message, "Tx.RunAsync");
    }

    private static async Task NamesItselfAsync(Func<Task> call, string name)
        => StringAssert.Contains((await Assert.ThrowsExactlyAsync<NoUnitOfWorkException>(call)).Message, $"'{name}'");

    private static void NamesItself(Action call, string name)
        => StringAssert.Contains(Assert.ThrowsExactly<NoUnitOfWorkException>(call).Message, $"'{name}'");
}
