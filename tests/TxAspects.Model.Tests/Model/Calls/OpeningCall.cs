using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Model;

/// <summary>The outermost call of a unit.</summary>
internal sealed class OpeningCall(Step step, ModelUnit unit, ModelCompletion completion, int attempt) : ModelCall(step)
{
    public override Place? Place { get; } = new(unit, unit.Root);

    public override bool IsRepeated => unit.IsRepeated;

    public override string? Outcome => unit.State.ToString();

    public override Task ReturnAsync() => completion.CompleteAsync(unit, Step, attempt);

    public override Task ThrowAsync(ModelException exception) => completion.FailAsync(unit, exception, Step, attempt);

    public override Task LeaveAsync() => completion.EndAsync(unit, UnitOfWorkState.RolledBack, failure: null, attempt);
}
