namespace TxAspects.Tests;

/// <summary>Tests with a database each. After every test nothing may be left.</summary>
public abstract class DatabaseTests
{
    private TestDatabase? _master;
    private TestDatabase? _archive;

    public TestContext TestContext { get; set; } = null!;

    protected TestDatabase Master => _master!;

    protected DbConnect<ShopContext> Connect => Master.Connect;

    [TestInitialize]
    public async Task CreateDatabaseAsync() => _master = await CreateMasterAsync();

    [TestCleanup]
    public async Task AssertNothingIsLeftAsync()
    {
        var passed = TestContext.CurrentTestOutcome == UnitTestOutcome.Passed;
        foreach (var database in new[] { _master, _archive }.OfType<TestDatabase>())
        {
            await using (database)
            {
                // A test that failed midway may leave things open; its own failure is the one to show.
                if (passed)
                    await database.AssertNothingLeftAsync();
            }
        }
    }

    protected virtual Task<TestDatabase> CreateMasterAsync() => TestDatabase.CreateAsync();

    /// <summary>A second database, for tests of several connects.</summary>
    protected async Task<TestDatabase> CreateArchiveAsync() => _archive = await TestDatabase.CreateAsync("archive");

    /// <summary>Adds and saves a row in the unit's session.</summary>
    protected async Task InsertAsync(string item, DbConnect<ShopContext>? connect = null)
    {
        var db = await Tx.SessionAsync(connect ?? Connect);
        db.Orders.Add(new Order { Item = item });
        await db.SaveChangesAsync();
    }

    /// <summary>The same, synchronously.</summary>
    protected void Insert(string item)
    {
        var db = Tx.Session(Connect);
        db.Orders.Add(new Order { Item = item });
        db.SaveChanges();
    }
}
