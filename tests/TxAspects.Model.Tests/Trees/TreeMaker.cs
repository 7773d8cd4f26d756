namespace TxAspects.Model.Tests.Trees;

/// <summary>Random trees: a seed gives the same tree each time.</summary>
public sealed class TreeMaker(int seed, bool overlaps)
{
    private const int Deepest = 5;

    private readonly Random _random = new(seed);
    private readonly int _connects = new Random(seed).Next(3) == 0 ? 2 : 1;
    private readonly List<int> _objects = [];
    private int _ids = 1;
    private int _left;

    /// <summary>A tree of one to three units, one after the other.</summary>
    public Step Make()
    {
        var units = new List<Step>();
        for (var count = _random.Next(1, 3); count > 0; count--)
        {
            _left = _random.Next(4, 18);
            units.Add(Unit());
        }

        return new Step(0, StepKind.Fork) { Body = units };
    }

    private Step Unit()
    {
        if (_random.Next(10) == 0)
            return Stream(depth: 0) with { Swallows = true };

        var propagation = Pick(Propagation.Required, Propagation.Required, Propagation.RequiresNew, Propagation.Nested);
        return Next(StepKind.Call) with { Call = AnyCall(propagation), Swallows = true, Body = Body(depth: 1) };
    }

    private List<Step> Body(int depth)
    {
        var steps = new List<Step>();
        if (overlaps && depth < Deepest && _random.Next(3) == 0)
            steps.AddRange(Branches(depth));
        for (var count = _random.Next(1, 5); count > 0 && _left > 0; count--)
            steps.Add(AnyStep(depth));
        return steps;
    }

    private Step AnyStep(int depth)
    {
        _left--;
        var step = depth < Deepest && _random.Next(100) < (overlaps ? 50 : 38) ? Nest(depth) : Leaf();
        return step with { Swallows = _random.Next(4) > 0 };
    }

    private Step Nest(int depth) => _random.Next(100) switch
    {
        < 30 when overlaps => Next(StepKind.Fork) with { Body = Body(depth + 1) },
        < 62 => InnerCall(depth),
        < 85 => Block(depth),
        < 93 => Stream(depth),
        _ => Hook(depth),
    };

    private Step Block(int depth)
        => Next(StepKind.Block) with { Connect = AnyConnect(), Mode = (WhenInTransaction)_random.Next(5), Body = Body(depth + 1) };

    /// <summary>What overlaps and can be undone.</summary>
    private IEnumerable<Step> Branches(int depth)
    {
        for (var count = _random.Next(2, 4); count > 0 && _left > 0; count--)
        {
            _left -= 2;
            var inner = _random.Next(4) switch
            {
                0 => Block(depth + 1),
                1 => Stream(depth + 1),
                _ => InnerCall(depth + 1),
            };
            inner = inner with { Swallows = _random.Next(2) > 0 };
            yield return Next(StepKind.Fork) with { Swallows = _random.Next(4) > 0, Body = [inner] };
        }
    }

    private Step InnerCall(int depth) => Next(StepKind.Call) with
    {
        Call = AnyCall(Pick(
            Propagation.Nested, Propagation.Nested, Propagation.Nested, Propagation.Required, Propagation.Required, Propagation.RequiresNew,
            Propagation.Mandatory, Propagation.Supports, Propagation.NotSupported, Propagation.Never)),
        Body = Body(depth + 1),
    };

    private Call AnyCall(Propagation propagation)
    {
        var entry = (CallEntry)_random.Next(3);
        if (entry is CallEntry.Scope && propagation is Propagation.Nested)
            entry = CallEntry.Run;    // A scope cannot nest.
        if (entry is CallEntry.Proxy)
            return new Call(entry, propagation);

        return new Call(entry, propagation)
        {
            Seconds = _random.Next(8) == 0 ? 10 * _random.Next(1, 4) : null,
            MaxRetries = entry is CallEntry.Run && _random.Next(4) == 0 ? _random.Next(1, 3) : 0,
            Tolerates = _random.Next(4) == 0,
            Leaves = entry is CallEntry.Scope && _random.Next(8) == 0,
        };
    }

    private Step Stream(int depth)
    {
        var steps = new List<Step>();
        for (var count = _random.Next(1, 4); count > 0; count--)
        {
            steps.Add(Next(StepKind.Produce) with { Body = Body(depth + 1) });
            steps.Add(Next(StepKind.Consume) with { Body = depth > 0 && _random.Next(2) == 0 ? Body(depth + 1) : [] });
        }

        return Next(StepKind.Stream) with
        {
            Call = new Call(CallEntry.Proxy, Pick(Propagation.Required, Propagation.RequiresNew, Propagation.Nested, Propagation.Nested)),
            Number = _random.Next(6),
            Body = steps,
        };
    }

    private Step Hook(int depth)
    {
        var moment = (HookMoment)_random.Next(3);
        return Next(StepKind.Hook) with { Moment = moment, Body = [.. moment is HookMoment.Committing ? Before(depth) : After()] };
    }

    private IEnumerable<Step> Before(int depth)
    {
        switch (_random.Next(6))
        {
            case 0:
                yield return Next(StepKind.Throw);
                break;
            case 1:
                yield return Next(StepKind.Add) with { Connect = AnyConnect() };
                break;
            case 2 when depth < Deepest:
                yield return Hook(depth + 1);
                break;
            case 3:
                yield return Next(StepKind.Save) with { Connect = AnyConnect() };
                break;
        }
    }

    private IEnumerable<Step> After()
    {
        switch (_random.Next(4))
        {
            case 0:
                yield return Next(StepKind.Throw);
                break;
            case 1:
                yield return Next(StepKind.Call) with
                {
                    Call = new Call(CallEntry.Run, Propagation.Required),
                    Body = [Next(StepKind.Save) with { Connect = AnyConnect() }],
                };
                break;
        }
    }

    private Step Leaf()
    {
        var kind = _random.Next(100) switch
        {
            < 26 => StepKind.Save,
            < 40 => StepKind.Sql,
            < 50 => StepKind.Add,
            < 55 => StepKind.SaveBad,
            < 59 => StepKind.SqlBad,
            < 61 => StepKind.AddBad,
            < 64 => StepKind.Conflict,
            < 70 => StepKind.Query,
            < 80 => StepKind.Throw,
            < 84 => StepKind.ThrowTolerated,
            < 86 => StepKind.Commit,
            < 88 => StepKind.Rollback,
            < 89 => StepKind.Close,
            < 91 => StepKind.CommitAll,
            < 93 => StepKind.RollbackAll,
            < 94 => StepKind.CloseAll,
            < 96 => StepKind.RollbackOnly,
            < 98 => StepKind.Pass,
            _ => StepKind.Query,
        };
        if (!overlaps && _objects.Count > 0 && _random.Next(5) == 0)
            return Next(StepKind.Touch) with { Number = _objects[_random.Next(_objects.Count)] };

        if (kind is StepKind.Save or StepKind.Add)
            _objects.Add(_ids);
        var number = kind is StepKind.Pass ? 5 * _random.Next(1, 4) : _random.Next(1, 3);
        return Next(kind) with { Connect = AnyConnect(), Number = number };
    }

    private Step Next(StepKind kind) => new(_ids++, kind);

    private int AnyConnect() => _random.Next(_connects);

    private T Pick<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];
}
