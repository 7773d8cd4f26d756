using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace TxAspects.Docs.Tests.Reference;

/// <summary>The connects of docs/databases.md, docs/failures.md, docs/observability.md and docs/variables.md.</summary>
[TestClass]
public sealed class ConnectPagesTests
{
    private const string connectionString = "Host=127.0.0.1;Port=1;Database=none;Timeout=2;Maximum Pool Size=8";

    [TestMethod]
    public async Task Connects_can_be_made()
    {
        await Cluster.Shop.DisposeAsync();
        await Variables.Shop.DisposeAsync();
        await using var reserved =
            PostgresConnect.Create<ShopContext>(connectionString, new() { ReservedConnections = 1 });
        await using var idle =
            PostgresConnect.Create<ShopContext>(connectionString, new() { IdleInTransactionTimeout = TimeSpan.FromSeconds(60) });
        await using var pooled =
            PostgresConnect.Create<ShopContext>("Host=pgbouncer;Port=6432;Database=shop", new() { ThroughPgBouncer = true });

        Assert.AreEqual("ShopContext", reserved.Name);
    }

    [TestMethod]
    public async Task Recovery_runs_as_a_service_until_it_is_stopped()
    {
        using var recovery = new TwoPhase.TwoPhaseRecovery(NullLogger<TwoPhase.TwoPhaseRecovery>.Instance);
        await recovery.StartAsync(CancellationToken.None);
        await recovery.StopAsync(CancellationToken.None);

        Assert.IsTrue(recovery.ExecuteTask!.IsCompleted);
    }

    private static class Cluster
    {
        public static readonly DbConnect<ShopContext> Shop = PostgresConnect.CreateCluster<ShopContext>(
            "Host=10.0.0.1,10.0.0.2,10.0.0.3;Database=shop;Timeout=2", new() { ReadYourWrites = TimeSpan.FromMilliseconds(500) });
    }

    private static class Variables
    {
        private static readonly (string Id, bool IsKnown) tenant = ("blue", true);

        public static readonly DbConnect<ShopContext> Shop = PostgresConnect.Create<ShopContext>(connectionString, new()
        {
            Variables = variables => variables.Set("app.tenant", () => tenant.Id),
            UnitNameOnServer = true,
            DeadlineOnServer = true,
        });
    }

    private static class TwoPhase
    {
        private const string shop = connectionString;
        private const string ledger = connectionString;

        public static readonly DbConnect<ShopContext> Shop = PostgresConnect.Create<ShopContext>(
            shop, new() { Name = "shop", TwoPhase = new PostgresTwoPhase() });
        public static readonly DbConnect<LedgerContext> Ledger = PostgresConnect.Create<LedgerContext>(
            ledger, new() { Name = "ledger", TwoPhase = new PostgresTwoPhase() });

        public sealed class TwoPhaseRecovery(ILogger<TwoPhaseRecovery> log) : BackgroundService
        {
            private readonly PostgresTwoPhaseRecovery _recovery = new(Shop, Ledger);

            protected override Task ExecuteAsync(CancellationToken stopping) => _recovery.RunAsync(
                report =>
                {
                    if (!report.IsQuiet)
                        log.LogWarning(
                            "Committed {Committed}, rolled back {RolledBack}, in doubt {InDoubt}, failures {Failures}.",
                            report.Committed.Count, report.RolledBack.Count, report.InDoubt.Count, report.Failures.Count);
                },
                stopping);
        }
    }
}
