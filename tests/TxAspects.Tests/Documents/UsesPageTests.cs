using System.Text.RegularExpressions;
using Dapper;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>
/// Every row of the second table of docs/failures.md is what happens: which exception each kind of use gets outside its unit.
/// </summary>
[TestClass]
public sealed partial class UsesPageTests : DatabaseTests
{
    private Dictionary<string, Func<ShopContext, Task>> Uses => new()
    {
        ["`Tx.SessionAsync`, `Tx.ConnectionAsync`, `Tx.FindSession`"] = async _ => await Tx.SessionAsync(Connect),
        ["`Tx.CommitAsync`, `Tx.RollbackAsync`, `Tx.CloseAsync`, for all or one"] = _ => Tx.CommitAllAsync(),
        ["`Tx.AtomicAsync`"] = _ => Tx.AtomicAsync(Connect, _ => Task.CompletedTask),
        ["`Tx.OnCommitting`, `Tx.OnCommitted`, `Tx.OnRolledBack`, `Tx.SetRollbackOnly`"] = _ => Now(() => Tx.OnCommitted(() => { })),
        ["a joined or nested call"] = _ => Tx.RunAsync(
            () => Task.CompletedTask, new UnitOfWorkOptions { Propagation = Propagation.Mandatory }),
        ["a query on a kept session"] = db => db.Orders.CountAsync(),
        ["`SaveChangesAsync` on a kept session"] = db => db.SaveChangesAsync(),
        ["`ExecuteUpdateAsync`, `ExecuteDeleteAsync` on a kept session"] = db => db.Orders.ExecuteDeleteAsync(),
        ["`ExecuteSqlAsync` on a kept session"] = db => db.Database.ExecuteSqlRawAsync("SELECT 1"),
        ["`Add`, `Update`, `Attach` on a kept session"] = db => Now(() => db.Add(new Order { Item = "late" })),
        ["`BeginTransactionAsync` on a kept session"] = db => db.Database.BeginTransactionAsync(),
        ["`OpenConnectionAsync` on a kept session"] = db => db.Database.OpenConnectionAsync(),
        ["Dapper on `GetDbConnection()` of a kept session"] = db => db.Database.GetDbConnection().ExecuteAsync("SELECT 1"),
        ["`db.CommitAsync`, `db.RollbackAsync` on a kept session"] = db => db.CommitAsync(),
    };

    public static IEnumerable<object[]> Rows
        => Row().Matches(File.ReadAllText(Path.Combine(ReadmeTests.RepositoryRoot(), "docs", "failures.md")))
            .Select(row => row.Groups.Values.Skip(1).Select(cell => (object)cell.Value.Trim()).ToArray());

    [TestMethod]
    public void Page_has_a_row_for_every_use_and_no_other()
        => Assert.AreSequenceEqual(Uses.Keys.Order(), Rows.Select(row => (string)row[0]).Order());

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public async Task Row_is_what_happens(string use, string outlived, string none, string other)
    {
        Assert.AreEqual(
            $"{outlived}, {none}, {other}",
            $"{await InTaskThatOutlivedAsync(Uses[use])}, {await InNoUnitAsync(Uses[use])}, {await InAnotherUnitAsync(Uses[use])}");
        Assert.AreEqual(0, await Master.CountAsync());
    }

    /// <summary>In a task that was not awaited, while the context serves another unit.</summary>
    private async Task<string> InTaskThatOutlivedAsync(Func<ShopContext, Task> use)
    {
        var ended = new TaskCompletionSource();
        Task<string>? late = null;
        await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            late = Task.Run(async () =>
            {
                await ended.Task;
                return await NameAsync(() => use(db));
            });
        });
        return await WhileServingAnotherAsync(async () =>
        {
            ended.SetResult();
            return await late!;
        });
    }

    /// <summary>In code to which no unit flows.</summary>
    private async Task<string> InNoUnitAsync(Func<ShopContext, Task> use)
    {
        ShopContext? kept = null;
        await Tx.RunAsync(async () => kept = await Tx.SessionAsync(Connect));
        return await WhileServingAnotherAsync(() =>
        {
            using (ExecutionContext.SuppressFlow())
                return Task.Run(() => NameAsync(() => use(kept!)));
        });
    }

    /// <summary>In a unit to which the session does not belong.</summary>
    private async Task<string> InAnotherUnitAsync(Func<ShopContext, Task> use)
    {
        ShopContext? kept = null;
        await Tx.RunAsync(async () => kept = await Tx.SessionAsync(Connect));
        return await WhileServingAnotherAsync(() =>
        {
            using (ExecutionContext.SuppressFlow())
            {
                return Task.Run(() => Tx.RunAsync(async () =>
                {
                    var name = await NameAsync(() => use(kept!));
                    await Tx.RollbackAllAsync();
                    return name;
                }));
            }
        });
    }

    private Task<string> WhileServingAnotherAsync(Func<Task<string>> use) => Tx.RunAsync(async () =>
    {
        await Tx.SessionAsync(Connect);
        return await use();
    });

    private static async Task<string> NameAsync(Func<Task> use)
    {
        try
        {
            await use();
            return "works";
        }
        catch (Exception exception)
        {
            return exception.GetType().Name;
        }
    }

    private static Task Now(Action use)
    {
        use();
        return Task.CompletedTask;
    }

    // | use | task that outlived | no unit | another unit |, told apart from the first table by its plain names
    [GeneratedRegex(@"^\| ([^|]+) \| (\w+) \| (\w+) \| (\w+) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
