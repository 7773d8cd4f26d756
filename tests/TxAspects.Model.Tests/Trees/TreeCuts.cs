namespace TxAspects.Model.Tests.Trees;

/// <summary>Smaller trees, to find the smallest one that still shows a disagreement.</summary>
public static class TreeCuts
{
    /// <summary>The tree without one of its steps, or with a step replaced by what is inside it, the largest cuts first.</summary>
    public static IEnumerable<Step> Of(Step tree)
        => CutsOf(tree).OrderBy(cut => cut.Count);

    private static IEnumerable<Step> CutsOf(Step step)
    {
        for (var index = 0; index < step.Body.Count; index++)
        {
            var inner = step.Body[index];
            yield return step with { Body = [.. step.Body.Take(index), .. step.Body.Skip(index + 1)] };
            if (inner.Body.Count > 0 && inner.Kind is StepKind.Call or StepKind.Block or StepKind.Fork)
                yield return step with { Body = [.. step.Body.Take(index), .. inner.Body, .. step.Body.Skip(index + 1)] };
            if (inner.Kind is StepKind.Call && inner.Call! is { } call && call != new Call(CallEntry.Run, call.Propagation))
                yield return step.With(index, inner with { Call = new Call(CallEntry.Run, call.Propagation) });
            if (inner.Connect != 0)
                yield return step.With(index, inner with { Connect = 0 });

            foreach (var cut in CutsOf(inner))
                yield return step.With(index, cut);
        }
    }

    private static Step With(this Step step, int index, Step inner)
        => step with { Body = [.. step.Body.Take(index), inner, .. step.Body.Skip(index + 1)] };
}
