using System.Data;

namespace TxAspects.UnitsOfWork;

/// <summary>A call that runs in the unit already open. An exception that leaves it dooms the unit at once.</summary>
internal sealed class JoiningCall : UnitOfWorkCall
{
    private readonly UnitOfWork _unit;
    private readonly UnitOfWorkOptions _options;
    private readonly CallName _name;
    private readonly bool _wasRollbackOnly;

    public JoiningCall(UnitOfWork unit, UnitOfWorkOptions options, CallName name)
    {
        EnsureCanJoin(unit, options, name);
        _unit = unit;
        _options = options;
        _name = name;
        _wasRollbackOnly = unit.IsRollbackOnly;
    }

    public override UnitNode? Node
        => _unit.Options.AllowEarlyCompletion ? _unit.Node : new UnitNode(_unit, UnitPlace.JoinedCall);

    /// <summary>Refuses what the open unit cannot give, before the body runs.</summary>
    public static void EnsureCanJoin(UnitOfWork unit, UnitOfWorkOptions options, CallName name)
    {
        if (options.IsolationLevel != IsolationLevel.Unspecified && options.IsolationLevel != unit.IsolationLevel)
        {
            throw new UnitOfWorkJoinException(
                name.ToString(), unit.Name, nameof(options.IsolationLevel), options.IsolationLevel.ToString(), unit.IsolationLevel.ToString());
        }

        if (unit.ReadOnly && !options.ReadOnly)
            throw new UnitOfWorkJoinException(name.ToString(), unit.Name, nameof(options.ReadOnly), "false", "true");
    }

    public override ValueTask CompleteAsync<T>(T result, bool async)
    {
        if (_unit.IsRollbackOnly && !_wasRollbackOnly)
            _unit.DoomByRequestOf(_name.ToString());
        return default;
    }

    public override ValueTask AbandonAsync(bool async) => CompleteAsync(default(Nothing), async);

    public override ValueTask FailAsync(Exception exception, bool async)
    {
        if (!_unit.IsEnded && !_options.Commits(exception))
            _unit.SetDoom(Doom.ByInnerCall(_name.ToString(), exception));
        return default;
    }
}
