using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Testing;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>ASP.NET Core Identity as it is, with its managers and stores resolved inside the unit of the service that takes them.</summary>
[TestClass]
public sealed class UserManagerTests
{
    private TemporaryDatabase? _database;
    private DbConnect<AccountContext>? _accounts;
    private ServiceProvider? _provider;

    [TestInitialize]
    public async Task StartAsync()
    {
        _database = await TemporaryDatabase.CreateAsync(TestServer.Server);
        _accounts = PostgresConnect.Create<AccountContext>(_database.ConnectionString, new() { Name = "accounts" });
        await _accounts.EnsureCreatedAsync();
        _provider = Providers.Build(services =>
        {
            services.AddLogging();
            services.AddTransient(_ => Tx.Session(_accounts));
            services.AddIdentityCore<IdentityUser>().AddRoles<IdentityRole>().AddEntityFrameworkStores<AccountContext>();
            services.AddUnitScoped<IAccounts, Accounts>();
        });
    }

    [TestCleanup]
    public async Task StopAsync()
    {
        await _provider!.DisposeAsync();
        await _accounts!.DisposeAsync();
        await _database!.DisposeAsync();
    }

    [TestMethod]
    public async Task What_managers_saved_is_committed_with_the_unit()
    {
        await Service.RegisterAsync("anna", "admin");

        Assert.AreEqual("anna is admin", await Service.DescribeAsync("anna"));
    }

    [TestMethod]
    public async Task What_managers_saved_is_rolled_back_with_the_unit()
    {
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Service.RegisterAsync("anna", "admin", fails: true));

        Assert.AreEqual("anna is unknown", await Service.DescribeAsync("anna"));
        await Service.RegisterAsync("anna", "admin");
        Assert.AreEqual("anna is admin", await Service.DescribeAsync("anna"));
    }

    [TestMethod]
    public async Task Result_that_means_failure_is_the_services_to_judge()
    {
        await Service.RegisterAsync("anna", "admin");

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Service.RegisterAsync("anna", "guest"));

        Assert.AreEqual("anna is admin", await Service.DescribeAsync("anna"));
    }

    private IAccounts Service => _provider!.GetRequiredService<IAccounts>();

    public interface IAccounts
    {
        [UnitOfWork]
        Task RegisterAsync(string name, string role, bool fails = false);

        [UnitOfWork(ReadOnly = true)]
        Task<string> DescribeAsync(string name);
    }

    public sealed class AccountContext(DbContextOptions<AccountContext> options) : IdentityDbContext(options);

    public sealed class Accounts(UserManager<IdentityUser> users, RoleManager<IdentityRole> roles) : IAccounts
    {
        public async Task RegisterAsync(string name, string role, bool fails)
        {
            if (!await roles.RoleExistsAsync(role))
                ThrowIfFailed(await roles.CreateAsync(new IdentityRole(role)));
            var user = new IdentityUser(name);
            ThrowIfFailed(await users.CreateAsync(user, "a Password 1"));
            ThrowIfFailed(await users.AddToRoleAsync(user, role));
            if (fails)
                throw new OutOfStockException();
        }

        public async Task<string> DescribeAsync(string name)
            => await users.FindByNameAsync(name) is { } user
                ? $"{name} is {string.Join(", ", await users.GetRolesAsync(user))}"
                : $"{name} is unknown";

        private static void ThrowIfFailed(IdentityResult result)
        {
            if (!result.Succeeded)
                throw new InvalidOperationException(result.Errors.First().Code);
        }
    }
}
