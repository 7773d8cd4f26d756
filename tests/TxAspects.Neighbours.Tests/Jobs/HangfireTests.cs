using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace TxAspects.Neighbours.Tests.Jobs;

/// <summary>Hangfire on PostgreSQL: jobs that are enqueued with a unit's commit, and jobs that are units.</summary>
[TestClass]
public sealed class HangfireTests : NeighbourTests
{
    private const string Queued = "SELECT count(*) FROM hangfire.jobqueue";

    private IHostedService[] _servers = [];

    private IBackgroundJobClient Jobs => Provider.GetRequiredService<IBackgroundJobClient>();

    private JobWatch Watch => Provider.GetRequiredService<JobWatch>();

    [TestInitialize]
    public void StartHangfire()
    {
        Start(services =>
        {
            services.AddSingleton(provider => JobStorages.Create(
                Database.ConnectionString, provider.GetRequiredService<DbConnect<ShopContext>>(), "default"));
            services.AddHangfire(_ => { });
            services.AddHangfireServer(options => options.WorkerCount = 1);
            services.AddScoped<IInvoices, Invoices>();
            services.AddSingleton<JobWatch>();
        });

        // Hangfire logs by a static provider. This one leads to the container of this test.
        Provider.GetRequiredService<IGlobalConfiguration>();
    }

    [TestCleanup]
    public async Task StopServersAsync()
    {
        foreach (var server in _servers)
            await server.StopAsync(CancellationToken.None);
    }

    [TestMethod]
    public async Task Job_that_is_enqueued_in_a_unit_runs_after_its_commit()
    {
        await StartServersAsync();

        await Tx.RunAsync(async () =>
        {
            (await Tx.SessionAsync(Shop)).Orders.Add(new Order { Item = "tea" });
            Jobs.Enqueue<IInvoices>(invoices => invoices.WriteAsync("tea", CancellationToken.None));
            Assert.AreEqual(0L, await ScalarAsync<long>(Queued), "Nobody sees the job before the commit.");
        });

        await Watch.WaitForCommitAsync();
        Assert.AreEqual("tea, invoice for tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Job_of_a_unit_that_rolls_back_is_deleted_and_never_ran()
    {
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            Jobs.Enqueue<IInvoices>(invoices => invoices.WriteAsync("tea", CancellationToken.None));
            await (await Tx.SessionAsync(Shop)).SaveChangesAsync();
            throw new OutOfStockException();
        }));

        Assert.AreEqual(0L, await ScalarAsync<long>(Queued));
        Assert.AreEqual("Deleted", await ScalarAsync<string>("SELECT statename FROM hangfire.job"));
    }

    [TestMethod]
    public async Task Job_of_a_nested_call_that_was_undone_is_not_enqueued_with_the_rest()
    {
        await Tx.RunAsync(async () =>
        {
            Jobs.Enqueue<IInvoices>(invoices => invoices.WriteAsync("tea", CancellationToken.None));
            await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(
                () =>
                {
                    Jobs.Enqueue<IInvoices>(invoices => invoices.WriteAsync("unicorn", CancellationToken.None));
                    throw new OutOfStockException();
                },
                new UnitOfWorkOptions { Propagation = Propagation.Nested }));
        });

        Assert.AreEqual(1L, await ScalarAsync<long>(Queued));
        Assert.AreEqual(
            "Deleted, Enqueued", await ScalarAsync<string>("SELECT string_agg(statename, ', ' ORDER BY statename) FROM hangfire.job"));
    }

    [TestMethod]
    public async Task Job_that_is_scheduled_for_later_is_not_part_of_the_unit()
    {
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(() =>
        {
            Jobs.Schedule<IInvoices>(invoices => invoices.WriteAsync("tea", CancellationToken.None), TimeSpan.FromDays(1));
            throw new OutOfStockException();
        }));

        Assert.AreEqual("Scheduled", await ScalarAsync<string>("SELECT statename FROM hangfire.job"));
    }

    [TestMethod]
    public async Task Read_only_unit_cannot_enqueue()
    {
        await Assert.ThrowsExactlyAsync<BackgroundJobClientException>(() => Tx.RunAsync(
            () =>
            {
                Jobs.Enqueue<IInvoices>(invoices => invoices.WriteAsync("tea", CancellationToken.None));
                return Task.CompletedTask;
            },
            new UnitOfWorkOptions { ReadOnly = true }));

        Assert.AreEqual(0L, await ScalarAsync<long>(Queued));
    }

    [TestMethod]
    public async Task Job_that_is_enqueued_outside_units_runs_as_ever()
    {
        Jobs.Enqueue<IInvoices>(invoices => invoices.WriteAsync("tea", CancellationToken.None));

        await StartServersAsync();

        await Watch.WaitForCommitAsync();
        Assert.AreEqual("invoice for tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Attempt_of_a_job_that_fails_rolls_back_and_the_next_one_is_another_unit()
    {
        Watch.Failures = 1;
        Jobs.Enqueue<IInvoices>(invoices => invoices.WriteAsync("tea", CancellationToken.None));

        await StartServersAsync();

        await Watch.WaitForCommitAsync();
        Assert.AreEqual(2, Watch.Runs);
        Assert.AreEqual("invoice for tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Storage_as_it_is_enqueues_whether_the_unit_commits_or_not()
    {
        var options = new PostgreSqlStorageOptions();
        var storage = new PostgreSqlStorage(new NpgsqlConnectionFactory(Database.ConnectionString, options), options);

        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(() =>
        {
            new BackgroundJobClient(storage).Enqueue<IInvoices>(invoices => invoices.WriteAsync("tea", CancellationToken.None));
            throw new OutOfStockException();
        }));

        Assert.AreEqual(1L, await ScalarAsync<long>(Queued));
    }

    [TestMethod]
    public async Task Storage_on_the_connection_of_a_unit_cannot_begin_its_own_transaction_there()
    {
        await Tx.RunAsync(async () =>
        {
            var connection = (NpgsqlConnection)await Tx.ConnectionAsync(Shop);
            var options = new PostgreSqlStorageOptions { PrepareSchemaIfNecessary = false };
            var storage = new PostgreSqlStorage(new ExistingNpgsqlConnectionFactory(connection, options), options);

            var refused = Assert.Throws<Exception>(() => new BackgroundJobClient(storage).Enqueue<IInvoices>(
                invoices => invoices.WriteAsync("tea", CancellationToken.None)));

            Assert.IsInstanceOfType<InvalidOperationException>(refused.GetBaseException(), refused.ToString());
        });
    }

    private async Task StartServersAsync()
    {
        _servers = Provider.GetServices<IHostedService>().ToArray();
        foreach (var server in _servers)
            await server.StartAsync(CancellationToken.None);
    }
}
