using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Neighbours.Tests.Accounts;

/// <summary>ASP.NET Core Identity as it is, resolved inside the unit of the service that takes its managers.</summary>
[TestClass]
public sealed class IdentityTests : NeighbourTests
{
    private IAccountService Service => Provider.GetRequiredService<IAccountService>();

    [TestInitialize]
    public async Task StartIdentityAsync()
    {
        Start(
            services =>
            {
                services.AddTxConnect("accounts", PostgresConnect.Create<AccountContext>, Database.ConnectionString);
                services.AddIdentityCore<IdentityUser>().AddRoles<IdentityRole>().AddEntityFrameworkStores<AccountContext>();
                services.AddUnitScoped<IAccountService, AccountService>();
            },
            Configure);
        await using var db = await Provider.GetRequiredService<IDbContextFactory<AccountContext>>().CreateDbContextAsync();
        await db.Database.ExecuteSqlRawAsync(db.Database.GenerateCreateScript());
    }

    [TestMethod]
    public async Task Managers_save_in_the_unit_and_it_commits()
    {
        var result = await Service.RegisterAsync("anna", "a Password 1", "admin");

        Assert.IsTrue(result.Succeeded);
        Assert.AreEqual("anna is admin", await Service.DescribeAsync("anna"));
    }

    [TestMethod]
    public async Task Result_that_means_failure_undoes_what_other_managers_had_saved()
    {
        var result = await Service.RegisterAsync("anna", "weak", "admin");

        Assert.IsFalse(result.Succeeded);
        Assert.AreEqual("anna is unknown", await Service.DescribeAsync("anna"));
        Assert.AreEqual(0L, await ScalarAsync<long>("SELECT count(*) FROM \"AspNetRoles\""));
    }

    [TestMethod]
    public async Task Managers_that_are_resolved_outside_units_are_refused()
    {
        await using var scope = Provider.CreateAsyncScope();

        Assert.ThrowsExactly<NoUnitOfWorkException>(() => scope.ServiceProvider.GetRequiredService<UserManager<IdentityUser>>());
    }

    private static void Configure(TxAspectsOptions options)
        => options.RollbackWhen<IdentityResult>(result => !result.Succeeded);
}
