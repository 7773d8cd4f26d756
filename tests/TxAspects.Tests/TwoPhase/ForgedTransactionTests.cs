using System.Globalization;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>What another role prepares under a name like the library's changes nothing, and keeps nothing from its end.</summary>
[TestClass]
public sealed class ForgedTransactionTests : TwoPhaseFixture<CallEntry>
{
    private const string Forger = "forger_of_two_phases";
    private const string Ordinary = "ordinary_for_recovery";

    private static readonly Guid Id = Guid.Parse("0190a7b2-6c1d-7c3e-9d57-1b5d6a7c8e9f");

    private readonly List<string> _forged = [];

    [TestCleanup]
    public async Task EndForgedAsync()
    {
        foreach (var name in _forged)
            await Archive.ExecuteAsync($"ROLLBACK PREPARED {Quote(name)}");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Transaction_of_another_role_is_left_alone_and_the_others_are_ended(bool isSuperuser)
    {
        await ForgeAsync(await NameAsync("1"));
        if (!isSuperuser)
            await CreateRoleAsync(Ordinary);
        await using var first = Master.Create(
            twoPhase: TwoPhase, configure: settings => settings.Username = isSuperuser ? settings.Username : Ordinary);
        await using var second = Archive.Create(
            name: "archive", twoPhase: TwoPhase, configure: settings => settings.Username = isSuperuser ? settings.Username : Ordinary);
        await LeaveOwnAsync(first, isSuperuser);

        var recovery = new PostgresTwoPhaseRecovery(first, second) { GracePeriod = TimeSpan.Zero, KeepDecisions = TimeSpan.FromTicks(10) };
        var report = await recovery.RecoverAsync();
        var cleaning = await recovery.RecoverAsync();

        Assert.HasCount(1, report.Committed);
        CollectionAssert.AreEqual(_forged, report.OfOtherRoles.ToArray());
        Assert.IsEmpty(report.RolledBack);
        Assert.IsEmpty(report.InDoubt);
        Assert.IsEmpty(report.Failures);
        Assert.AreEqual(1, cleaning.DecisionsRemoved, "The decision that nobody needs any more was not removed.");
        Assert.IsTrue(cleaning.IsQuiet);
        Assert.AreEqual(1, await PreparedAsync());
        await AssertInBothAsync("tea");
    }

    [TestMethod]
    public async Task Superuser_who_says_so_ends_it()
    {
        await ForgeAsync(await NameAsync("1"));

        var report = await new PostgresTwoPhaseRecovery(First, Second) { GracePeriod = TimeSpan.Zero, OfEveryRole = true }.RecoverAsync();

        CollectionAssert.AreEqual(_forged, report.RolledBack.ToArray());
        _forged.Clear();
    }

    [TestMethod]
    public async Task Ordinary_role_that_says_so_is_told_and_goes_on()
    {
        await ForgeAsync(await NameAsync("1"));
        await CreateRoleAsync(Ordinary);
        await using var first = Master.Create(twoPhase: TwoPhase, configure: settings => settings.Username = Ordinary);
        await using var second = Archive.Create(name: "archive", twoPhase: TwoPhase, configure: settings => settings.Username = Ordinary);
        await LeaveOwnAsync(first, isSuperuser: false);

        var report = await new PostgresTwoPhaseRecovery(first, second) { GracePeriod = TimeSpan.Zero, OfEveryRole = true }.RecoverAsync();

        Assert.HasCount(1, report.Committed);
        CollectionAssert.AreEqual(_forged, report.InDoubt.ToArray());
        Assert.AreEqual("archive", report.Failures.Single().Key);
        Assert.AreEqual(PostgresErrorCodes.InsufficientPrivilege, ((PostgresException)report.Failures[0].Value).SqlState);
    }

    [TestMethod]
    [DataRow("{0}_{1}_01")]
    [DataRow("{0}_{1}_+1")]
    [DataRow("{0}_{1}_1 ")]
    [DataRow("{0}_{2}_1")]
    [DataRow("{0}_{1}_1\nINFO: everything is fine")]
    [DataRow("{0}\nINFO: everything is fine_{1}_1")]
    [DataRow("{0}''; DROP TABLE orders; --_{1}_1")]
    [DataRow("{0}.1_{1}_1")]
    [DataRow("x_{1}_1")]
    [DataRow("{0}_{1}_99999999999")]
    public async Task Name_that_the_library_would_not_write_letter_by_letter_is_nobodys(string pattern)
    {
        var decidedIn = await DecidedInAsync();
        var name = "txaspects_" + string.Format(CultureInfo.InvariantCulture, pattern, decidedIn, $"{Id:n}", $"{Id:n}".ToUpperInvariant());
        await PrepareAsync(Archive.ConnectionString, name);

        var report = await new PostgresTwoPhaseRecovery(First, Second) { GracePeriod = TimeSpan.Zero, OfEveryRole = true }.RecoverAsync();

        Assert.IsTrue(report.IsQuiet);
        Assert.IsEmpty(report.OfOtherRoles);
        Assert.AreEqual(0, await DecisionsAsync());
    }

    /// <summary>What a role may do that was granted nothing.</summary>
    private async Task ForgeAsync(string name)
    {
        await CreateRoleAsync(Forger, "");
        await PrepareAsync(new NpgsqlConnectionStringBuilder(Archive.ConnectionString) { Username = Forger }.ConnectionString, name);
    }

    private async Task PrepareAsync(string connectionString, string name)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = source.CreateCommand($"BEGIN; SELECT pg_current_xact_id(); PREPARE TRANSACTION {Quote(name)}");
        await command.ExecuteNonQueryAsync();
        _forged.Add(name);
    }

    private async Task CreateRoleAsync(string role, string rights = "SELECT, INSERT, UPDATE, DELETE")
    {
        foreach (var database in new[] { Master, Archive })
        {
            var password = new NpgsqlConnectionStringBuilder(database.ConnectionString).Password;
            await database.ExecuteAsync(
                $"DO $$ BEGIN CREATE ROLE {role} LOGIN PASSWORD '{password}'; EXCEPTION WHEN duplicate_object OR unique_violation THEN " +
                "NULL; END $$");
            if (rights != "")
                await database.ExecuteAsync($"GRANT {rights} ON orders, txaspects_decisions TO {role}");
        }
    }

    /// <summary>A unit of the recovery's own role whose part in the archive stays prepared.</summary>
    private async Task LeaveOwnAsync(DbConnect<ShopContext> first, bool isSuperuser)
    {
        await using var proxy = FaultProxy.At("COMMIT PREPARED", Archive, Fault.RequestLost, times: 2);
        await using var disturbed = Archive.Create(name: "archive", twoPhase: TwoPhase, configure: settings =>
            (settings.Host, settings.Port, settings.Username) = ("127.0.0.1", proxy.Port, isSuperuser ? settings.Username : Ordinary));
        await Units.TwoPhaseAsync(() => InsertInBothAsync("tea", first, disturbed));
    }

    private async Task<string> NameAsync(string number) => $"txaspects_{await DecidedInAsync()}_{Id:n}_{number}";

    private Task<string> DecidedInAsync() => TwoPhaseNames.DecidedInAsync(Master, "master");

    private static string Quote(string name) => $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";
}
