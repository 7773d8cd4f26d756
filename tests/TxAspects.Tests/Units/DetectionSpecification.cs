namespace TxAspects.Tests;

/// <summary>
/// How often EF Core looks through all tracked objects for changes: with many of them, that is what a nested call costs.
/// </summary>
public abstract class DetectionSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public Task Unit_without_changes_looks_once() => AssertAsync(1, _ => Task.CompletedTask);

    // Whether there is anything to save; the save itself; and what was added while it ran.
    [TestMethod]
    public Task Unit_with_changes_looks_three_times() => AssertAsync(3, Add);

    // Before it and after it.
    [TestMethod]
    public Task Nested_call_without_changes_looks_twice_more()
        => AssertAsync(2 + 1, _ => Units.NestedAsync(() => Task.CompletedTask));

    [TestMethod]
    public Task Nested_call_with_changes_looks_four_times_more() => AssertAsync(1 + 3 + 1, db => Units.NestedAsync(() => Add(db)));

    [TestMethod]
    public Task Joined_call_looks_no_more() => AssertAsync(1, _ => Units.RequiredAsync(() => Task.CompletedTask));

    private static Task Add(ShopContext db)
    {
        db.Add(new Order { Item = "tea" });
        return Task.CompletedTask;
    }

    private async Task AssertAsync(int expected, Func<ShopContext, Task> body)
    {
        var looks = 0;
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            db.ChangeTracker.DetectedAllChanges += (_, _) => looks++;
            await body(db);
        });

        Assert.AreEqual(expected, looks);
    }
}

[TestClass]
public sealed class DetectionOnInterfaceProxyTests : DetectionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class DetectionOnClassProxyTests : DetectionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class DetectionOnCallTests : DetectionSpecification<CallEntry>;
