using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>No token and no command timeout reaches COMMIT, and one that is refused leaves a healthy connection.</summary>
public abstract class ProtectedCommitSpecification<TEntry> : FaultSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Token_of_the_users_own_commit_ends_before_the_server()
    {
        await using var gate = await CommitGate.CloseAsync(Master);
        using var token = new CancellationTokenSource();
        var unit = Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await using var transaction = await db.Database.BeginTransactionAsync();
            await WriteAsync("tea");
            await transaction.CommitAsync(token.Token);
        });
        await gate.WaitForCommitAsync();
        await token.CancelAsync();
        await gate.OpenAsync();
        await unit;

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Token_of_an_early_commit_ends_before_the_server()
    {
        await using var gate = await CommitGate.CloseAsync(Master);
        using var token = new CancellationTokenSource();
        var unit = Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea");
            await Tx.CommitAsync(Connect, token.Token);
        });
        await gate.WaitForCommitAsync();
        await token.CancelAsync();
        await gate.OpenAsync();
        await unit;

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Command_timeout_does_not_end_a_commit_that_takes_longer()
    {
        await Master.ExecuteAsync("""
            CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1.3); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dawdle();
            """);
        await using var connect = Master.Create(configure: settings => settings.CommandTimeout = 1);

        await Units.RequiredAsync(() => WriteAsync("tea", connect));

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Commit_of_a_failed_transaction_is_refused_and_its_connection_serves_on()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea");
            var connection = await Tx.ConnectionAsync(Connect);
            await Assert.ThrowsExactlyAsync<PostgresException>(() => connection.ExecuteAsync("SELECT 1/0"));
        }));

        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        await Units.RequiredAsync(() => InsertAsync("after"));
        Assert.AreEqual("after", await Master.ItemsAsync());
        Assert.AreEqual(1, Master.ConnectionsOpened);
    }
}

[TestClass]
public sealed class ProtectedCommitOnInterfaceProxyTests : ProtectedCommitSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class ProtectedCommitOnClassProxyTests : ProtectedCommitSpecification<ClassProxyEntry>;

[TestClass]
public sealed class ProtectedCommitOnCallTests : ProtectedCommitSpecification<CallEntry>;
