using TxAspects.Model.Tests.Flows;
using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Model;

/// <summary>What the library did, for the few places where the design allows two things and both are right.</summary>
/// <param name="library">What was seen of the library.</param>
/// <param name="model">What was seen of the model so far.</param>
internal sealed class Choices(IReadOnlyList<Seen> library, List<Seen> model)
{
    /// <summary>How often the library was asked.</summary>
    public int Count { get; private set; }

    /// <summary>A question that the design leaves open and that nobody can answer, so that this tree says nothing.</summary>
    public string? Open { get; private set; }

    public bool Threw(Step step, string result) => Next(step)?.Result == result;

    public bool IsDoomed(Step step) => Next(step)?.IsDoomed is true;

    public void LeaveOpen(string question) => Open ??= question;

    private Seen? Next(Step step)
    {
        Count++;
        return library.Skip(model.Count).FirstOrDefault(seen => seen.Step == step.Id && seen.Moment == "ends");
    }
}
