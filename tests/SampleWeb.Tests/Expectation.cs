using SampleWeb.Runs;

namespace SampleWeb.Tests;

/// <summary>What a workflow does. The page must show it, and the API must say it.</summary>
/// <param name="Status">The status of the answer.</param>
/// <param name="Kept">Whose orders are in the database afterwards.</param>
/// <param name="Undone">Whose are not.</param>
/// <param name="Notes">How many notes are left.</param>
/// <param name="Units">Its units with their outcomes; those inside others are indented.</param>
public sealed record Expectation(int Status, string Kept, string Undone, int Notes, params string[] Units)
{
    public static IReadOnlyDictionary<string, Expectation> All { get; } = new Dictionary<string, Expectation>
    {
        ["simple-use"] = new(200, "Ada", "", 0, "OrderService.PlaceAsync committed"),
        ["read-your-writes"] = new(200, "Ada", "", 0, "Sessions.ReadYourWritesAsync committed"),
        ["concurrent-queries"] = new(200, "", "", 0,
            "Sessions.ConcurrentQueriesAsync committed",
            "  Statistics.CountOrdersAsync committed", "  Statistics.CountPiecesAsync committed", "  Statistics.SumSalesAsync committed"),
        ["outside-session"] = new(200, "", "Ada", 1, "Sessions.OutsideSessionAsync rolled_back"),
        ["atomic-commit"] = new(200, "Ada, Bob", "Cleo", 0, "AtomicBlocks.CommitAsync rolled_back"),
        ["atomic-rollback"] = new(200, "Bob", "Ada", 0, "AtomicBlocks.RollbackAsync committed"),
        ["atomic-join"] = new(200, "Ada, Bob", "Cleo", 0, "AtomicBlocks.JoinAsync rolled_back"),
        ["atomic-throw"] = new(409, "", "Ada", 0, "AtomicBlocks.ThrowAsync rolled_back"),
        ["atomic-savepoint"] = new(200, "Ada, Cleo", "Bob", 0, "AtomicBlocks.SavepointAsync committed"),
        ["early-commit"] = new(200, "Ada", "Bob", 0, "EarlyEndings.EarlyCommitAsync rolled_back"),
        ["early-close"] = new(200, "Ada, Bob", "", 0, "EarlyEndings.EarlyCloseAsync committed"),
        ["manual-rollback"] = new(200, "Bob", "Ada", 0, "EarlyEndings.ManualRollbackAsync committed"),
        ["rollback-by-exception"] = new(
            409, "", "Ada, Bob", 1, "Failures.RollbackByExceptionAsync rolled_back", "NoteBook.AddAsync committed"),
        ["rollback-by-status"] = new(403, "", "Ada", 0, "POST /workflows/rollback-by-status rolled_back"),
        ["after-commit"] = new(200, "Ada", "", 0, "Notifications.AfterCommitAsync committed"),
        ["background-worker"] = new(202, "Ada", "", 0, "Notifications.BackgroundWorkerAsync committed", "DeliveryWorker.Deliver committed"),
    };

    public static IEnumerable<object[]> Names => All.Keys.Select(name => new object[] { name });

    public int KeptCount => Kept.Split(", ", StringSplitOptions.RemoveEmptyEntries).Length;

    public static Expectation Of(RunReport report) => new(
        report.Status,
        string.Join(", ", report.Orders.Where(order => order.Kept).Select(order => order.Buyer)),
        string.Join(", ", report.Orders.Where(order => !order.Kept).Select(order => order.Buyer)),
        report.Notes.Count,
        [.. UnitsIn(report.Tree, "")]);

    public bool Equals(Expectation? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    public override string ToString() => $"{Status}; kept {Kept}; undone {Undone}; {Notes} notes; {string.Join(" | ", Units)}";

    // Units that run at the same time begin in any sequence.
    private static IEnumerable<string> UnitsIn(RunNode node, string indent)
        => node.Children
            .OrderBy(child => indent.Length > 0 ? child.Name : "", StringComparer.Ordinal)
            .SelectMany(child => child.Kind is NodeKind.Unit
                ? UnitsIn(child, indent + "  ").Prepend($"{indent}{child.Name} {child.Outcome}")
                : UnitsIn(child, indent));
}
