namespace TxAspects.Connections;

/// <summary>
/// The savepoints that EF Core asked for around saves and that were not released. Making one costs no round trip, because Npgsql sends it with the next command,
/// but releasing one does, and the commit does that as well. So they are released several at a time: with the first of them, those made after it.
/// </summary>
/// <param name="First">The first made since the latest savepoint of a nested call or block.</param>
/// <param name="Count">Those of the whole transaction.</param>
internal readonly record struct SaveSavepoints(int First, int Count)
{
    // Each one is a subtransaction; a server process keeps 64 of them at hand, and beyond that every snapshot gets slower.
    // https://www.postgresql.org/docs/current/subxacts.html
    private const int MaxCount = 16;

    /// <summary>The one to release before another is made, or null.</summary>
    public string? Due => Count - First < MaxCount ? null : NameOf(First);

    public string Last => NameOf(Count - 1);

    public SaveSavepoints WithOneMore() => new(First, Count + 1);

    public SaveSavepoints WithoutDue() => new(First, First);

    /// <summary>What a nested call or block begins with: it must not release what its caller may go back to.</summary>
    public SaveSavepoints ForInner() => new(Count, Count);

    private static string NameOf(int number) => $"txaspects_save_{number}";
}
