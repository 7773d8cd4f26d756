using TxAspects.Model.Tests.Flows;
using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Model;

/// <summary>One call's part in a unit: where its body runs, and what its end does.</summary>
internal abstract class ModelCall(Step step)
{
    protected Step Step => step;

    /// <summary>Where the body runs; null without a unit.</summary>
    public abstract Place? Place { get; }

    /// <summary>Whether the body is to run again.</summary>
    public virtual bool IsRepeated => false;

    /// <summary>What a unit that the call opened has come to; null where it opened none.</summary>
    public virtual string? Outcome => null;

    public abstract Task ReturnAsync();

    public abstract Task ThrowAsync(ModelException exception);

    /// <summary>The body was left without an exception: a sequence, or a scope.</summary>
    public virtual Task LeaveAsync() => ReturnAsync();

    /// <summary>Whether it lists the exception in CommitOn.</summary>
    protected bool Tolerates(ModelException exception) => step.Call!.Tolerates && exception.IsTolerated;
}
