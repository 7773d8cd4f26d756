using System.Text.RegularExpressions;
using System.Transactions;
using Autofac;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests.GettingStarted;

/// <summary>Every mistake in the table of docs/getting-started.md is made, and gets the exception that the table names.</summary>
[TestClass]
public sealed partial class MistakeTests : DatabaseTests
{
    private Dictionary<string, Func<Task>> Mistakes => new()
    {
        ["no `TxAspectsModule` or `AddTxAspects`, an object made by `new`, a call through `this`"] = () => new Mistaken.InInterface()
            .PlaceAsync(Connect),
        ["`[UnitOfWork]` on a method that is not virtual, of a class registered as itself"] = () => BuildAsync(
            builder => builder.RegisterType<Mistaken.NotVirtual>().EnableUnitOfWork()),
        ["`[UnitOfWork]` on a class registered as itself in Autofac, without `EnableUnitOfWork`"] = () => BuildAsync(
            builder => builder.RegisterType<OrdersItself>()),
        ["`[UnitOfWork]` on a method that is in no interface, of a class registered by one"] = () => BuildAsync(
            builder => builder.RegisterType<Mistaken.InNoInterface>().As<IDisposable>()),
        ["`[UnitOfWork]` on `async void`"] = () => BuildAsync(builder => builder.RegisterType<Mistaken.AsyncVoid>().EnableUnitOfWork()),
        ["`[UnitOfWork]` on a method that returns `IQueryable<T>`"] = () => BuildAsync(
            builder => builder.RegisterType<Mistaken.Lazy>().EnableUnitOfWork()),
        ["`Tx.Run` with an asynchronous body"] = RunAsynchronousBody,
        ["an asynchronous hook in a unit that synchronous code opened"] = AddAsynchronousHook,
        ["the session is used after its unit"] = async () =>
        {
            var db = await Tx.RunAsync(() => Tx.SessionAsync(Connect).AsTask());
            await db.Orders.CountAsync();
        },
        ["the session is used after its unit, and its pooled context serves another unit by now"] = async () =>
        {
            var db = await Tx.RunAsync(() => Tx.SessionAsync(Connect).AsTask());
            var opened = new TaskCompletionSource();
            var other = Tx.RunAsync(async () =>
            {
                Assert.AreSame(db, await Tx.SessionAsync(Connect));
                await opened.Task;
            });
            try
            {
                await db.Orders.CountAsync();
            }
            finally
            {
                opened.SetResult();
                await other;
            }
        },
        ["a task that is not awaited goes on after the unit"] = GoOnAsync,
        ["`Task.WhenAll` or `Parallel.ForEachAsync` over one session"] = () => Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => db.Database.ExecuteSqlRawAsync("SELECT pg_sleep(0.1)")));
        }),
        ["`db.Database.BeginTransactionAsync()` after a first command"] = () => Tx.RunAsync(async () =>
        {
            await InsertAsync("tea");
            await (await Tx.SessionAsync(Connect)).Database.BeginTransactionAsync();
        }),
        ["a `TransactionScope` around a unit"] = async () =>
        {
            using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
            await Tx.RunAsync(async () => await (await Tx.SessionAsync(Connect)).Orders.CountAsync());
        },
        ["`Tx.Open` with `Propagation.Nested` in a unit"] = () => Tx.RunAsync(() =>
        {
            using var scope = Tx.Open(new UnitOfWorkOptions { Propagation = Propagation.Nested });
            return Task.CompletedTask;
        }),
    };

    public static IEnumerable<object[]> Rows
        => Row().Matches(File.ReadAllText(GettingStartedPageTests.Page()))
            .Select(row => new object[] { row.Groups[1].Value, row.Groups[2].Value });

    [TestMethod]
    public void Page_has_a_row_for_every_mistake_and_no_other()
        => Assert.AreSequenceEqual(Mistakes.Keys.Order(), Rows.Select(row => (string)row[0]).Order());

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public async Task Mistake_gets_its_exception(string mistake, string type)
        => Assert.AreEqual(type, (await Assert.ThrowsAsync<Exception>(Mistakes[mistake])).GetType().Name);

    private static Task BuildAsync(Action<ContainerBuilder> register)
    {
        using var container = Containers.Build(register);
        return Task.CompletedTask;
    }

    private static Task RunAsynchronousBody()
    {
        Tx.Run(async () => await Task.Yield());
        return Task.CompletedTask;
    }

    private static Task AddAsynchronousHook()
    {
        Tx.Run(() => Tx.OnCommitted(async () => await Task.Yield()));
        return Task.CompletedTask;
    }

    private async Task GoOnAsync()
    {
        var ended = new TaskCompletionSource();
        var task = Task.CompletedTask;
        await Tx.RunAsync(() =>
        {
            task = OutliveAsync();
            return Task.CompletedTask;
        });
        ended.SetResult();
        await task;

        async Task OutliveAsync()
        {
            await ended.Task;
            await Tx.SessionAsync(Connect);
        }
    }

    [GeneratedRegex(@"^\| ([^|]+) \| `(\w+Exception)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
