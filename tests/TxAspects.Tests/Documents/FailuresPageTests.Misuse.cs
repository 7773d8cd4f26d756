using System.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace TxAspects.Tests;

/// <content>What EF Core and the driver would say in their own words, or not at all.</content>
public sealed partial class FailuresPageTests
{
    private const string InsertSql = "INSERT INTO orders (item, quantity) VALUES ('tea', 1)";

    private Dictionary<string, Func<Task>> Misuses => new()
    {
        ["Rows of a query were still being read at the commit"] = () => RunAsync(async () =>
            await (await Tx.SessionAsync(Connect)).Orders.AsAsyncEnumerable().GetAsyncEnumerator().MoveNextAsync()),
        ["A reader of a raw command was left open at the commit"] = LeftReaderAsync,
        ["A second command was sent while rows were being read"] = () => RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await foreach (var order in db.Orders.AsAsyncEnumerable())
                order.Quantity = await db.Orders.CountAsync();
        }),
        ["The server refuses the user or the password"] = () => RunOverAsync(settings => settings.Username = "nobody"),
        ["The database does not exist"] = () => RunOverAsync(settings => settings.Database = "nowhere"),
        ["User code ended the transaction in SQL"] = () => RunAsync(async () =>
            await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync("COMMIT")),
        ["User code ended the transaction in SQL and went on"] = () => RunAsync(async () =>
        {
            await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync("COMMIT");
            await (await Tx.SessionAsync(Connect)).Orders.CountAsync();
        }),
        ["Changes were saved in a read-only unit"] = () => Tx.RunAsync(() => InsertAsync("tea"), Place with { ReadOnly = true }),
        ["A read-only unit wrote by ExecuteUpdate or SQL"] = () => Tx.RunAsync(
            async () => await (await Tx.SessionAsync(Connect)).Orders.ExecuteUpdateAsync(
                set => set.SetProperty(order => order.Quantity, 2)),
            Place with { ReadOnly = true }),
        ["A [NewContext] call waited for a row that its caller had locked"] = CallersLockAsync,
        ["EF Core was to begin a second transaction"] = () => RunAsync(async () =>
            await (await Tx.SessionAsync(Connect)).Database.BeginTransactionAsync()),
        ["EF Core was given a transaction of somebody else's"] = () => RunAsync(ForeignTransactionAsync),
        ["A TransactionScope was open around the session"] = () => Tx.RunAsync(
            async () =>
            {
                using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
                await (await Tx.SessionAsync(Connect)).Orders.CountAsync();
            },
            Place),
        ["A hook before the commit was to end its own unit"] = () => RunAsync(() =>
        {
            Tx.OnCommitting(() => Tx.CommitAllAsync());
            return Task.CompletedTask;
        }),
        ["A second connect of the same name was used"] = () => RunAsync(async () =>
        {
            await InsertAsync("tea");
            await using var second = Master.Create(name: Connect.Name);
            await Tx.SessionAsync(second);
        }),
        ["Hooks before the commit kept adding work"] = () => RunAsync(() =>
        {
            AddAgain();
            return Task.CompletedTask;
        }),
        ["The unit was left while a command of its branch was running"] = ForgottenBranchAsync,
    };

    private static void AddAgain() => Tx.OnCommitting(AddAgain);

    private Task LeftReaderAsync() => RunAsync(async () =>
    {
        var command = (await Tx.ConnectionAsync(Connect)).CreateCommand();
        command.CommandText = "SELECT * FROM orders";
        await command.ExecuteReaderAsync();
    });

    private async Task RunOverAsync(Action<NpgsqlConnectionStringBuilder> configure)
    {
        await using var connect = Master.Create(configure: configure);
        await Tx.RunAsync(() => InsertAsync("tea", connect), Place);
    }

    private async Task CallersLockAsync()
    {
        await using var connect = Master.Create(configure: settings => settings.CommandTimeout = 1);
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('locked', 1)");
        await Tx.RunAsync(
            async () =>
            {
                var db = await Tx.SessionAsync(connect);
                await db.Database.ExecuteSqlRawAsync(InsertSql);
                await db.Database.ExecuteSqlRawAsync("SELECT 1 FROM orders FOR UPDATE");
                await Tx.RunAsync(
                    async () => await (await Tx.SessionAsync(connect)).Database.ExecuteSqlRawAsync("UPDATE orders SET quantity = 2"),
                    new UnitOfWorkOptions { Name = "Audit.Note", Propagation = Propagation.RequiresNew });
            },
            Place);
    }

    private async Task ForeignTransactionAsync()
    {
        await using var connection = new NpgsqlConnection(Master.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await (await Tx.SessionAsync(Connect)).Database.UseTransactionAsync(transaction);
    }

    private async Task ForgottenBranchAsync()
    {
        Task? branch = null;
        try
        {
            await RunAsync(async () =>
            {
                branch = (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync("SELECT pg_sleep(600)");
                await Master.WaitForBackendAsync("wait_event = 'PgSleep'");
            });
        }
        finally
        {
            await Assert.ThrowsAsync<Exception>(() => branch!);
        }
    }
}
