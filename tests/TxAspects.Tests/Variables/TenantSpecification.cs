using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>What suites about values per transaction have in common: tenants who see their own rows only.</summary>
/// <remarks>An item belongs to the tenant whose name it begins with. The role of the tests passes policies by, so transactions take
/// another one.</remarks>
public abstract class TenantSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    private const string Policies = """
        DO $$ BEGIN
            CREATE ROLE txaspects_tenant NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$;
        GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO txaspects_tenant;
        ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON orders USING (split_part(item, ':', 1) = current_setting('app.tenant'));
        INSERT INTO orders (item, quantity) VALUES ('acme:seed', 1), ('blue:seed', 1)
        """;

    private readonly AsyncLocal<(bool IsSet, string? Name)> _tenant = new();

    /// <summary>The tenant of the flow that runs here.</summary>
    protected string? Tenant
    {
        get => _tenant.Value is { IsSet: true, Name: var name } ? name : "acme";
        set => _tenant.Value = (true, value);
    }

    /// <summary>How often a value was taken.</summary>
    protected int Taken { get; private set; }

    protected DbConnect<ShopContext> Shop { get; private set; } = null!;

    [TestInitialize]
    public async Task CreateTenantsAsync()
    {
        await Master.ExecuteAsync(Policies);
        Shop = CreateShop();
    }

    [TestCleanup]
    public async Task DisposeShopAsync() => await Shop.DisposeAsync();

    /// <summary>A connect whose transactions belong to the tenant of their flow.</summary>
    protected DbConnect<ShopContext> CreateShop(
        Func<DbConnectOptions<ShopContext>, DbConnectOptions<ShopContext>>? with = null, int? port = null)
        => Master.Create(
            with: options => (with ?? (same => same))(options with { Variables = SetTenant }),
            configure: settings => settings.Port = port ?? settings.Port);

    protected void SetTenant(TransactionVariables variables) => variables.Set("role", () => "txaspects_tenant").Set("app.tenant", FindTenant);

    /// <summary>The items that a unit sees.</summary>
    protected async Task<string> SeenAsync(DbConnect<ShopContext>? connect = null)
        => string.Join(',', await (await Tx.SessionAsync(connect ?? Shop)).Orders.AsNoTracking()
            .OrderBy(order => order.Item).Select(order => order.Item).ToListAsync());

    /// <summary>The tenant of the transaction that is open.</summary>
    protected static async Task<string?> TenantOfAsync(ShopContext db)
        => (await db.Database.SqlQueryRaw<string?>("SELECT current_setting('app.tenant', true) AS \"Value\"").ToListAsync()).Single();

    private string? FindTenant()
    {
        Taken++;
        return Tenant;
    }
}
