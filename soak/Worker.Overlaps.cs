namespace TxAspects.Soak;

/// <content>Nested calls of one unit that overlap in time, though never two commands at once.</content>
public sealed partial class Worker
{
    private static readonly UnitOfWorkOptions NestedOptions = new() { Name = "Overlap", Propagation = Propagation.Nested };

    /// <summary>One call writes, a second one begins and writes, the first one ends, the second one writes once more and ends.</summary>
    private async ValueTask OverlapAsync(Place place)
    {
        if (!place.Async || place.Depth >= DeepestCall)
            return;

        var inFirst = new Part(AnyConnect(place), place.Random.Next(2) == 0);
        var inSecond = new Part(AnyConnect(place), place.Random.Next(2) == 0);
        Tell(place, $"overlapping calls: {inFirst}, {inSecond}");
        Figures.Count("overlapping calls");
        var first = RunAsync(inFirst, inSecond.Wrote.Task);
        await inFirst.Wrote.Task;
        var second = RunAsync(inSecond, inFirst.Ended.Task);
        await Task.WhenAll(first, second);

        async Task RunAsync(Part part, Task mayGoOn)
        {
            try
            {
                await Tx.RunAsync(async () =>
                {
                    await WritePartAsync(place, part);
                    part.Wrote.TrySetResult();
                    await mayGoOn;
                    if (part == inSecond)
                        await WritePartAsync(place, part);
                    if (part.Throws)
                        throw new DeliberateException();
                }, NestedOptions);
                Tell(place, $"{part} returns");
            }
            catch (Exception exception)
            {
                // Its rows must not be kept: undone, or the unit is doomed. What the other call wrote must be kept with the unit.
                Tell(place, $"{part} throws {exception.GetType().Name}: {exception.Message}");
                Judge(exception);
                place.Unit!.Discard(part.Rows);
            }
            finally
            {
                part.Wrote.TrySetResult();
                part.Ended.TrySetResult();
            }
        }
    }

    private async Task WritePartAsync(Place place, Part part)
    {
        var id = NewRow();
        await SendAsync(place, part.Connect, $"INSERT INTO writes (id, amount) VALUES ({id}, 10)", id);
        Added(place, id, part.Connect);
        part.Rows.Add(id);
    }

    /// <summary>One of the two calls.</summary>
    private sealed record Part(DbConnect<SoakContext> Connect, bool Throws)
    {
        public List<int> Rows { get; } = [];

        public TaskCompletionSource Wrote { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override string ToString() => $"one on {Connect.Name} that {(Throws ? "fails" : "succeeds")}";
    }
}
