using System.Data;

namespace TxAspects.UnitsOfWork;

/// <summary>A call that runs in the unit already open. An exception that leaves it dooms the unit at once.</summary>
internal sealed class JoiningCall : UnitOfWorkCall
{
    private readonly UnitOfWork _unit;
    private readonly UnitOfWorkOptions _options;
    private readonly CallName _name;
    private readonly bool _wasRollbackOnly;
    private readonly InnerDeadline _deadline;

    public JoiningCall(UnitOfWork unit, UnitOfWorkOptions options, CallName name)
    {
        AgreeOnSettings(unit, options, name);
        _unit = unit;
        _options = options;
        _name = name;
        _wasRollbackOnly = unit.IsRollbackOnly;
        _deadline = new InnerDeadline(unit, options, name);
    }

    public override UnitNode? Node
        => _unit.Options.AllowEarlyCompletion ? _unit.Node : new UnitNode(_unit, UnitPlace.JoinedCall);

    /// <summary>Gives an unused unit the settings of the call, and refuses what a used one cannot give, before the body runs.</summary>
    public static void AgreeOnSettings(UnitOfWork unit, UnitOfWorkOptions options, CallName name)
    {
        unit.Adopt(options);
        if (options.IsolationLevel != IsolationLevel.Unspecified && options.IsolationLevel != unit.IsolationLevel)
        {
            throw new UnitOfWorkJoinException(
                name.ToString(), unit.Name, nameof(options.IsolationLevel), options.IsolationLevel.ToString(), unit.IsolationLevel.ToString());
        }

        if (unit.ReadOnly && !options.ReadOnly && !unit.Options.InheritReadOnly)
            throw new UnitOfWorkJoinException(name.ToString(), unit.Name, nameof(options.ReadOnly), "false", "true");
    }

    public override ValueTask CompleteAsync<T>(T result, bool async)
    {
        if (_deadline.End() is { } late)
        {
            _unit.SetDoom(Doom.ByInnerCall(_name.ToString(), late));
            throw late;
        }

        DoomWhereAsked();
        return default;
    }

    public override ValueTask AbandonAsync(bool async) => CompleteAsync(default(Nothing), async);

    public override ValueTask FailAsync(Exception exception, bool async)
    {
        _deadline.End();
        if (_unit.IsEnded)
            return default;

        if (!_options.Commits(exception))
            _unit.SetDoom(Doom.ByInnerCall(_name.ToString(), exception));
        DoomWhereAsked();
        return default;
    }

    private void DoomWhereAsked()
    {
        if (_unit.IsRollbackOnly && !_wasRollbackOnly)
            _unit.DoomByRequestOf(_name.ToString());
    }
}
