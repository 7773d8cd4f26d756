using TxAspects.Model.Tests.Flows;
using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Model;

/// <summary>A call inside a unit whose failure undoes that call alone.</summary>
internal sealed class NestedCall : ModelCall
{
    private readonly Marks _marks;
    private readonly ModelUnit _unit;
    private readonly Node _node;
    private readonly Mark _mark;
    private readonly ModelClock _clock;

    public NestedCall(Step step, Place around, double? due, ModelClock clock, Marks marks)
        : base(step)
    {
        (_marks, _unit, _clock) = (marks, around.Unit, clock);
        _node = new Node(around.Node, step.Name) { Due = due, HasMark = true };
        _mark = marks.Set(_unit, around.Node, _node, connect: null, step);
    }

    public override Place? Place => new(_unit, _node);

    private bool IsAsked => _unit.Requests.Exists(request => request.Node.IsIn(_node));

    public override Task ReturnAsync()
    {
        try
        {
            if (_node.Due <= _clock.Now)
                throw new ModelException(Results.Late);
            _marks.ThrowIfDoomed(_unit, _mark, Step);
            if (_unit.Requests.Exists(request => request.MayBeTaken && request.Node.IsIn(_node)) && _marks.IsTold(Step))
                throw new ModelException(Results.Doomed);
            if (!IsAsked)
            {
                _marks.Keep(_unit, _mark, Step);
                return Task.CompletedTask;
            }
        }
        catch
        {
            Undo();
            throw;
        }

        Undo();
        return Task.CompletedTask;
    }

    public override async Task ThrowAsync(ModelException exception)
    {
        if (!Tolerates(exception))
        {
            Undo();
            return;
        }

        try
        {
            await ReturnAsync();
        }
        catch (ModelException)
        {
            // Undone, and logged: the exception of the body wins.
        }
    }

    public override Task LeaveAsync()
    {
        Undo();
        return Task.CompletedTask;
    }

    private void Undo()
    {
        _marks.Undo(_unit, _mark, Step);
        _unit.Requests.RemoveAll(request => request.Node.IsIn(_node));
    }
}
