using TxAspects.Model.Tests.Flows;
using TxAspects.Model.Tests.Library;
using TxAspects.Model.Tests.Model;
using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests;

/// <summary>One tree run on the library and on the model, and what they disagree on.</summary>
public sealed record TreeRun(Step Tree, int Seed)
{
    private static int _trees;

    /// <summary>What disagrees first, in a line, or null.</summary>
    public string? Disagreement { get; private init; }

    /// <summary>The kind of disagreement, for counting.</summary>
    public string? Family { get; private init; }

    /// <summary>The question that the design leaves open, so that this tree says nothing, or null.</summary>
    public string? Open { get; private init; }

    /// <summary>How often the model took the library's side where both are right.</summary>
    public int Choices { get; private init; }

    public IReadOnlyList<Seen> Library { get; private init; } = [];

    public IReadOnlyList<Seen> Model { get; private init; } = [];

    public static async Task<TreeRun> RunAsync(Lane lane, Step tree, int seed)
    {
        var number = Interlocked.Increment(ref _trees);
        List<Seen> library = [], model = [];
        TreeTime.Start();
        var real = new LibraryWorld(lane, number);
        try
        {
            await Player.PlayAsync(tree, real, seed, library);
        }
        catch (Exception exception)
        {
            return new TreeRun(tree, seed) { Library = library, Disagreement = exception.ToString(), Family = exception.GetType().Name };
        }

        var choices = new Choices(library, model);
        var predicted = new ModelWorld(choices);
        await Player.PlayAsync(tree, predicted, seed, model);
        var run = new TreeRun(tree, seed) { Library = library, Model = model, Choices = choices.Count };
        if (choices.Open is { } open)
            return run with { Open = open };

        for (var index = 0; index < Math.Max(library.Count, model.Count); index++)
        {
            if (Compare(tree, model.ElementAtOrDefault(index), library.ElementAtOrDefault(index)) is { } difference)
                return run with { Disagreement = difference.Text, Family = difference.Family };
        }

        var (expected, got) = (await predicted.FindRowsAsync(), await real.FindRowsAsync());
        if (expected != got)
            return run with { Disagreement = $"expected the rows '{expected}', got '{got}'", Family = "other rows are kept" };
        if (lane.CountLeased() is not 0 and var leased)
            return run with { Disagreement = $"{leased} connections are leased", Family = "connections are leased" };
        return Tx.IsOpen ? run with { Disagreement = "a unit is ambient at the end", Family = "a unit is ambient" } : run;
    }

    private static (string Text, string Family)? Compare(Step tree, Seen? expected, Seen? got)
    {
        if (expected is not null && expected == got)
        {
            return expected.Words.FirstOrDefault(
                word => !word.Split('\t').Any(name => got.Words[0].Contains(name, StringComparison.Ordinal))) is { } missing
                ? ($"'{missing}' is not named: {got}", "a flow is not named")
                : null;
        }

        var kind = Find(tree, (expected ?? got)!.Step)?.Kind;
        var family = expected is null || got is null || (expected.Flow, expected.Step, expected.Moment) != (got.Flow, got.Step, got.Moment)
            ? $"other steps: {kind}"
            : $"{kind} {expected.Moment}: expected {Tell(expected)}, got {Tell(got)}";
        return ($"expected {expected}, got {got}", family);

        static string Tell(Seen seen)
            => $"'{string.Concat(seen.Result.Where(letter => !char.IsDigit(letter)))}'{(seen.IsDoomed ? " doomed" : "")}";
    }

    private static Step? Find(Step tree, int id)
        => tree.Id == id ? tree : tree.Body.Select(step => Find(step, id)).FirstOrDefault(step => step is not null);

    /// <summary>All that is needed to understand a disagreement.</summary>
    public string Tell()
        => $"seed {Seed}: {Disagreement}\n{Tree.Tell()}" +
           $"the model:\n  {string.Join("\n  ", Model)}\nthe library:\n  {string.Join("\n  ", Library)}";
}
