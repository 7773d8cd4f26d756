namespace TxAspects.TwoPhase.Tests;

/// <summary>
/// Commits one unit after the other in two databases, several at a time, until it is killed. Arguments: two connection strings and how many
/// at a time.
/// </summary>
internal static class VictimProgram
{
    private static readonly UnitOfWorkOptions TwoPhase = new() { CommitMode = CommitMode.TwoPhase };

    public static async Task Main(string[] arguments)
    {
        var first = LedgerContext.Connect(arguments[0], "first");
        var second = LedgerContext.Connect(arguments[1], "second");
        await Task.WhenAll(
            Enumerable.Range(0, int.Parse(arguments[2], null)).Select(worker => WorkAsync(first, second, inTurn: worker % 2 == 0)));
    }

    /// <summary>Writes to its output the id of every unit that has returned, which is a promise.</summary>
    private static async Task WorkAsync(DbConnect<LedgerContext> first, DbConnect<LedgerContext> second, bool inTurn)
    {
        while (true)
        {
            var id = Guid.NewGuid();
            await Tx.RunAsync(
                async () =>
                {
                    foreach (var connect in inTurn ? [first, second] : new[] { second, first })
                        (await Tx.SessionAsync(connect)).Entries.Add(new Entry { Id = id });
                },
                TwoPhase);
            await Console.Out.WriteLineAsync($"{id}");
        }
    }
}
