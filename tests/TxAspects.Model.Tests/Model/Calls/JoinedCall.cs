using TxAspects.Model.Tests.Flows;
using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Model;

/// <summary>A call that joins a unit: where it fails, takes too long or asks for the rollback, the unit is doomed.</summary>
internal sealed class JoinedCall(Step step, Place around, double? due, ModelClock clock, Choices choices) : ModelCall(step)
{
    private readonly Node _node = new(around.Node, step.Name) { Due = due };
    private readonly Request[] _before = [.. around.Unit.Requests];

    public override Place? Place => around with { Node = _node };

    private ModelUnit Unit => around.Unit;

    private bool IsLate => due <= clock.Now;

    public override Task ReturnAsync()
    {
        if (IsLate)
            Doom(isTransient: false);
        DoomWhereAsked();
        return IsLate ? throw new ModelException(Results.Late) : Task.CompletedTask;
    }

    public override Task ThrowAsync(ModelException exception)
    {
        if (Unit.IsEnded)
            return Task.CompletedTask;

        if (!Tolerates(exception))
            Doom(exception.IsTransient);
        else if (IsLate)
            Doom(isTransient: false);
        DoomWhereAsked();
        return Task.CompletedTask;
    }

    private void DoomWhereAsked()
    {
        var own = Unit.Requests.FindAll(request => request.Node.IsIn(_node));
        Unit.Requests.RemoveAll(own.Contains);
        if (own.Exists(request => !request.MayBeTaken))
            Doom(isTransient: false);
        else if (own.Count > 0 && !Unit.IsDoomed)
            choices.LeaveOpen("Whether a request dooms that may have been taken by another call.");
        if (IsToldApart)
            return;

        foreach (var request in Unit.Requests.Except(_before).Where(request => request.Node.Marked == _node.Marked))
            request.MayBeTaken = true;
    }

    /// <summary>Calls with a place of their own know what was asked in them.</summary>
    private bool IsToldApart => Step.Kind is StepKind.Stream || Step.Call!.Entry is CallEntry.Scope || Step.Call.Seconds is not null;

    private void Doom(bool isTransient)
        => Unit.Dooms.Add(new Doom(DoomKind.JoinedCall, _node, Session: null) { IsTransient = isTransient });
}
