namespace TxAspects.Tests;

/// <summary>A suite that every entry is held to.</summary>
public abstract class EntrySpecification<TEntry> : DatabaseTests
    where TEntry : Entry, new()
{
    private readonly TEntry _entry = new();

    protected IUnits Units => field ??= _entry.Units;

    protected string NameOf(string method) => _entry.NameOf(method);

    [TestCleanup]
    public void DisposeEntry() => _entry.Dispose();
}
