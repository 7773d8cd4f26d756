using TxAspects.Model.Tests.Flows;
using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Model;

/// <summary>A call that joins a unit: where it fails, takes too long or asks for the rollback, the unit is doomed.</summary>
internal sealed class JoinedCall(Step step, Place around, double? due, ModelClock clock) : ModelCall(step)
{
    private readonly Node _node = new(around.Node, step.Name) { Due = due };

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
        if (Unit.Requests.RemoveAll(request => request.IsIn(_node)) > 0)
            Doom(isTransient: false);
    }

    private void Doom(bool isTransient)
        => Unit.Dooms.Add(new Doom(DoomKind.JoinedCall, _node, Session: null) { IsTransient = isTransient });
}
