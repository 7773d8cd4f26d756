using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Model;

/// <summary>A call without a unit; one that is open around it is hidden.</summary>
internal sealed class PlainCall(Step step) : ModelCall(step)
{
    public override Place? Place => null;

    public override Task ReturnAsync() => Task.CompletedTask;

    public override Task ThrowAsync(ModelException exception) => Task.CompletedTask;
}
