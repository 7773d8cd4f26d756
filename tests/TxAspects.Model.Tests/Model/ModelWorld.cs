using TxAspects.Model.Tests.Flows;
using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Model;

/// <summary>Predicts what the library does with a tree.</summary>
internal sealed class ModelWorld : IWorld
{
    private readonly Choices _choices;
    private readonly ModelClock _clock = new();
    private readonly ModelRows _rows = new();
    private readonly Dictionary<int, (ModelSession Session, Entity Entity)> _entities = [];
    private readonly Dictionary<int, int> _conflicts = [];
    private readonly ModelCompletion _completion;
    private readonly ModelCalls _calls;

    public ModelWorld(Choices choices)
    {
        _choices = choices;
        _completion = new ModelCompletion(choices, _rows);
        _calls = new ModelCalls(
            choices, new Marks(choices), _completion, _rows, _clock, (step, outcome) => UnitEnded?.Invoke(step, outcome));
    }

    public Action<Step, string>? UnitEnded { get; set; }

    public Task CallAsync(Step step, object? place, Func<object?, Task> body) => _calls.CallAsync(step, (Place?)place, body);

    public Task BlockAsync(Step step, object? place, Func<object?, Task> body) => _calls.BlockAsync(step, Require(place), body);

    public IAsyncEnumerator<int> Enumerate(Step step, object? place, Func<object?, int, Task> body, int count)
        => new ModelSequence(_calls, step, (Place?)place, body, count);

    public void AddHook(Step step, object? place, Func<object?, Task> body)
    {
        var (unit, node) = Require(place);
        unit.Hooks.Add(new ModelHook(step.Moment, node, body));
    }

    public bool IsDoomed(object? place) => place is Place { Unit: { IsEnded: false } unit } && (unit.IsDoomed || unit.Requests.Count > 0);

    public string Describe(Exception exception) => exception is ModelException ? exception.Message : exception.ToString();

    public IReadOnlyList<string> WordsOf(Exception exception) => exception is ModelException model ? model.Names : [];

    public Task<string> FindRowsAsync() => Task.FromResult(_rows.ToString());

    public Task ActAsync(Step step, object? at)
    {
        switch (step.Kind)
        {
            case StepKind.Throw: throw new ModelException(Results.Thrown(step.Id));
            case StepKind.ThrowTolerated: throw new ModelException(Results.Tolerated(step.Id)) { IsTolerated = true };
            case StepKind.Pass:
                _clock.Now += step.Number;
                return Task.CompletedTask;
            case StepKind.Touch:
                Touch(step, (Place?)at);
                return Task.CompletedTask;
        }

        var place = Require(at);
        switch (step.Kind)
        {
            case StepKind.Commit: return _completion.CommitEarlyAsync(place, step.Connect, step);
            case StepKind.CommitAll: return _completion.CommitEarlyAsync(place, connect: null, step);
            case StepKind.Rollback: return place.Unit.RollBackEarlyAsync(place.Node, step.Connect);
            case StepKind.RollbackAll: return place.Unit.RollBackEarlyAsync(place.Node, connect: null);
            case StepKind.Close: return place.Unit.CloseEarlyAsync(place.Node, step.Connect);
            case StepKind.CloseAll: return place.Unit.CloseEarlyAsync(place.Node, connect: null);
            case StepKind.RollbackOnly:
                place.Unit.Requests.Add(new Request(place.Node));
                return Task.CompletedTask;
            default:
                Use(step, place);
                return Task.CompletedTask;
        }
    }

    private static Place Require(object? place) => (Place?)place ?? throw new ModelException(Results.NoUnit);

    private void Use(Step step, Place place)
    {
        var session = place.Unit.Enlist(step.Connect, place.Node, _rows);
        var row = new Entity(step.Id, place.Node, step.IsBad);
        switch (step.Kind)
        {
            case StepKind.Add or StepKind.AddBad:
                session.Entities.Add(row);
                _entities[step.Id] = (session, row);
                break;
            case StepKind.Save or StepKind.SaveBad:
                Save(step, session, row);
                break;
            case StepKind.Sql or StepKind.SqlBad:
                session.Send(place.Node, row);
                break;
            case StepKind.Conflict:
                var meets = (_conflicts[step.Id] = _conflicts.GetValueOrDefault(step.Id) + 1) <= step.Number;
                session.Send(place.Node, failure: meets ? new ModelException(Results.Conflict, isTransient: true) : null);
                break;
            default:
                session.Send(place.Node);
                break;
        }
    }

    private void Save(Step step, ModelSession session, Entity row)
    {
        session.Entities.Add(row);
        _entities[step.Id] = (session, row);
        try
        {
            session.Save(row.Adder);
        }
        catch
        {
            session.Entities.Remove(row);
            throw;
        }
    }

    /// <summary>Changes an object that an earlier step has made. One that is no longer of a session keeps the change to itself.</summary>
    private void Touch(Step step, Place? place)
    {
        if (!_entities.TryGetValue(step.Number, out var known))
            return;

        var (session, entity) = known;
        if (!session.Entities.Contains(entity) && !session.IsClosed && _rows.Contains(entity.Row))
            _choices.LeaveOpen("What becomes of a change to an object whose row was committed inside what was undone later.");
        entity.Value = step.Id;
        entity.Writer = place?.Unit == session.Unit ? place.Node : null;
    }
}
