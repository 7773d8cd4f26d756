namespace TxAspects.UnitsOfWork;

/// <summary>A call that runs in the unit already open, where what it does is spread over several methods.</summary>
internal sealed class JoiningCall(UnitOfWork unit, UnitOfWorkOptions options, CallName name) : UnitOfWorkCall
{
    private readonly Join _join = Join.Enter(unit, options, name);

    public override UnitNode? Node
        => _join.Unit.Options.AllowEarlyCompletion ? _join.Unit.Node : new UnitNode(_join.Unit, UnitPlace.JoinedCall);

    public override ValueTask CompleteAsync<T>(T result, bool async)
    {
        _join.Complete();
        return default;
    }

    public override ValueTask AbandonAsync(bool async) => CompleteAsync(default(Nothing), async);

    public override ValueTask FailAsync(Exception exception, bool async)
    {
        _join.Fail(exception);
        return default;
    }
}
