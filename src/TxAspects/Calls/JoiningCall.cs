using TxAspects.Calls.Bodies;
using TxAspects.Sessions.Transactions;
using TxAspects.Units;
using TxAspects.Units.Ambient;

namespace TxAspects.Calls;

/// <summary>A call that runs in the unit already open, where what it does is spread over several methods.</summary>
internal sealed class JoiningCall : UnitOfWorkCall
{
    private readonly Join _join;
    private readonly UnitOfWorkOptions _options;
    private readonly InnerPlace _place;

    public JoiningCall(UnitOfWork unit, UnitOfWorkOptions options, CallName name)
    {
        var mark = Mark.OfJoinedCall(name, unit.MarkHere);
        _join = Join.Enter(unit, options, name, mark);
        _options = options;
        _place = new InnerPlace(unit, options, name);
        Node = _place.Node with { Mark = mark };
    }

    public override UnitNode? Node { get; }

    /// <exception cref="UnitOfWorkTimeoutException">The call took longer than it may.</exception>
    public override ValueTask CompleteAsync<T>(T result, bool async)
    {
        if (_place.End() is { } late)
        {
            _join.FailLate(late);
            throw late;
        }

        _join.Complete();
        return default;
    }

    public override ValueTask AbandonAsync(bool async) => CompleteAsync(default(Nothing), async);

    public override ValueTask FailAsync(Exception exception, bool async)
    {
        if (_place.End() is { } late && _options.Commits(exception))
            _join.FailLate(late);
        else
            _join.Fail(exception);
        return default;
    }
}
