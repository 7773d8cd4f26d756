using Dapper;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>
/// A BEGIN that is cut short, by whatever, while the first command goes out with it, by whatever: that command may be kept by itself. Where
/// it is, nobody is told of a rollback, and it is not done again.
/// </summary>
public abstract class CutBeginSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    public enum CutBy
    {
        Server,
        Token,
        CommandTimeout,
        Deadline,
    }

    public enum SentBy
    {
        ExecuteSql,
        Save,
        UnitsOwnSave,
        Dapper,
        AdoNet,
    }

    public static IEnumerable<object[]> Ways
        => from cut in Enum.GetValues<CutBy>() from sent in Enum.GetValues<SentBy>()
           where cut is not CutBy.Token || sent is not SentBy.UnitsOwnSave
           select new object[] { cut, sent };

    public static IEnumerable<object[]> SynchronousWays
        => from cut in Enum.GetValues<CutBy>() from sent in Enum.GetValues<SentBy>()
           where cut is not CutBy.Token
           select new object[] { cut, sent };

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task First_command_that_is_kept_is_never_told_as_rolled_back_nor_done_twice(CutBy cut, SentBy sent)
    {
        await using var proxy = FaultProxy.AtBegin(Master);
        var connect = Through(proxy, cut);
        using var source = new CancellationTokenSource();
        ITxUnit? unit = null;
        var (attempts, told) = (0, 0);

        var running = Tx.RunAsync(
            async () =>
            {
                unit = Tx.Current;
                attempts++;
                Tx.OnRolledBack(() => { told++; });
                Tx.OnCommitted(() => { told++; });
                await SendAsync(connect, sent, source.Token);
            },
            OptionsFor(cut));
        await CutAsync(cut, source);
        await Assert.ThrowsAsync<Exception>(() => running);

        await AssertNotMisreportedAsync(unit!, attempts, told, mustBeKept: cut is CutBy.Server);
    }

    [TestMethod]
    [DynamicData(nameof(SynchronousWays))]
    public async Task Synchronous_one_is_not_either(CutBy cut, SentBy sent)
    {
        await using var proxy = FaultProxy.AtBegin(Master);
        var connect = Through(proxy, cut);
        using var source = new CancellationTokenSource();
        ITxUnit? unit = null;
        var (attempts, told) = (0, 0);

        var running = Task.Run(() => Tx.Run(
            () =>
            {
                unit = Tx.Current;
                attempts++;
                Tx.OnRolledBack(() => { told++; });
                Tx.OnCommitted(() => { told++; });
                Send(connect, sent);
            },
            OptionsFor(cut)));
        await CutAsync(cut, source);
        await Assert.ThrowsAsync<Exception>(() => running);

        await AssertNotMisreportedAsync(unit!, attempts, told, mustBeKept: cut is CutBy.Server);
    }

    private static UnitOfWorkOptions OptionsFor(CutBy cut)
        => new() { Name = "unit", MaxRetries = 2, TimeoutSeconds = cut is CutBy.Deadline ? 1 : 0 };

    private DbConnect<ShopContext> Through(FaultProxy proxy, CutBy cut)
        => Keep(new DbConnect<ShopContext>(OptionsFor<ShopContext>(settings: settings =>
        {
            (settings.Host, settings.Port) = ("127.0.0.1", proxy.Port);
            settings.CommandTimeout = cut is CutBy.CommandTimeout ? 1 : 5;
        })));

    private async Task CutAsync(CutBy cut, CancellationTokenSource source)
    {
        var backend = await Master.WaitForBackendAsync("wait_event = 'PgSleep'");
        if (cut is CutBy.Server)
            await Master.ExecuteAsync($"SELECT pg_cancel_backend({backend})");
        if (cut is CutBy.Token)
            await source.CancelAsync();
    }

    private async Task AssertNotMisreportedAsync(ITxUnit unit, int attempts, int told, bool mustBeKept)
    {
        // The server may carry the command out when the client has given up.
        await Master.WaitForNoBackendAsync("application_name = 'test' AND state = 'active'");
        var kept = await Master.CountAsync();
        for (var attempt = 0; mustBeKept && kept == 0 && attempt < 100; attempt++)
        {
            // It was between the two when it was looked at.
            await Task.Delay(20, TestContext.CancellationToken);
            kept = await Master.CountAsync();
        }

        Assert.IsLessThan(2, kept, "It was done twice.");
        Assert.IsTrue(!mustBeKept || kept == 1, "The fault did not meet the BEGIN.");
        if (kept == 0)
            return;

        Assert.AreEqual(UnitOfWorkState.OutcomeUnknown, unit.State);
        Assert.AreEqual(0, told);
        Assert.AreEqual(1, attempts);
    }

    private static async Task SendAsync(DbConnect<ShopContext> connect, SentBy sent, CancellationToken token)
    {
        switch (sent)
        {
            case SentBy.ExecuteSql:
                await (await Tx.SessionAsync(connect)).Database.ExecuteSqlRawAsync(RawInsertSql, token);
                break;
            case SentBy.Save:
                var db = await Tx.SessionAsync(connect);
                db.Orders.Add(new Order { Item = "saved" });
                await db.SaveChangesAsync(token);
                break;
            case SentBy.UnitsOwnSave:
                (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = "saved" });
                break;
            case SentBy.Dapper:
                await (await Tx.ConnectionAsync(connect)).ExecuteAsync(new CommandDefinition(RawInsertSql, cancellationToken: token));
                break;
            default:
                await using (var command = (await Tx.ConnectionAsync(connect)).CreateCommand())
                {
                    command.CommandText = $"{RawInsertSql} RETURNING id";
                    await using var reader = await command.ExecuteReaderAsync(token);
                    await reader.ReadAsync(token);
                }

                break;
        }
    }

    private static void Send(DbConnect<ShopContext> connect, SentBy sent)
    {
        switch (sent)
        {
            case SentBy.ExecuteSql:
                Tx.Session(connect).Database.ExecuteSqlRaw(RawInsertSql);
                break;
            case SentBy.Save:
                Save(Tx.Session(connect), "saved");
                break;
            case SentBy.UnitsOwnSave:
                Tx.Session(connect).Orders.Add(new Order { Item = "saved" });
                break;
            case SentBy.Dapper:
                Tx.Connection(connect).Execute(RawInsertSql);
                break;
            default:
                using (var command = Tx.Connection(connect).CreateCommand())
                {
                    command.CommandText = $"{RawInsertSql} RETURNING id";
                    using var reader = command.ExecuteReader();
                    reader.Read();
                }

                break;
        }
    }
}

/// <summary>The call alone: what a BEGIN meets has nothing to do with the entry, and each of these takes a while.</summary>
[TestClass]
public sealed class CutBeginOnCallTests : CutBeginSpecification<CallEntry>;
