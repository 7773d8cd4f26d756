using System.Data;
using System.Diagnostics;

namespace TxAspects.UnitsOfWork;

/// <summary>A call's part in the unit that it joins: a failure dooms the unit at once. A value, so that a call that completes at once allocates nothing.</summary>
internal readonly struct Join
{
    private readonly UnitOfWork _unit;
    private readonly UnitOfWorkOptions _options;
    private readonly CallName _name;
    private readonly bool _wasRollbackOnly;
    private readonly InnerDeadline? _deadline;

    private Join(UnitOfWork unit, UnitOfWorkOptions options, CallName name)
    {
        _unit = unit;
        _options = options;
        _name = name;
        _wasRollbackOnly = unit.IsRollbackOnly;
        _deadline = InnerDeadline.Begin(unit, options, name);
        unit.Span?.AddEvent(new ActivityEvent(name.ToString()));
    }

    public UnitOfWork Unit => _unit;

    /// <exception cref="UnitOfWorkJoinException">The unit cannot give what the call asks for.</exception>
    public static Join Enter(UnitOfWork unit, UnitOfWorkOptions options, CallName name)
        => FindDisagreement(unit, options, name) is { } disagreement ? throw disagreement : new Join(unit, options, name);

    /// <summary>Joins the open unit where the call does not have to be told apart from its caller; false where it opens, nests, is refused or needs a place of its own.</summary>
    public static bool TryEnter(in CallRequest request, out Join join)
    {
        join = default;
        if (request.Options.Propagation is not (Propagation.Required or Propagation.Supports or Propagation.Mandatory) ||
            AmbientUnit.Node is not { Place: UnitPlace.Inside, Unit: { IsEnded: false } unit } ||
            FindDisagreement(unit, request.Options, request.Name) is not null || !unit.Options.AllowEarlyCompletion)
            return false;

        join = new Join(unit, request.Options, request.Name);
        return true;
    }

    /// <summary>Gives an unused unit the settings of a call, and tells what a used one cannot give.</summary>
    public static UnitOfWorkJoinException? FindDisagreement(UnitOfWork unit, UnitOfWorkOptions options, CallName name)
    {
        unit.Adopt(options);
        if (options.IsolationLevel != IsolationLevel.Unspecified && options.IsolationLevel != unit.IsolationLevel)
        {
            return new UnitOfWorkJoinException(
                name.ToString(), unit.Name, nameof(options.IsolationLevel), options.IsolationLevel.ToString(), unit.IsolationLevel.ToString());
        }

        if (options.CommitMode is CommitMode.TwoPhase && unit.Options.CommitMode is not CommitMode.TwoPhase)
        {
            return new UnitOfWorkJoinException(
                name.ToString(), unit.Name, nameof(options.CommitMode), options.CommitMode.ToString(), unit.Options.CommitMode.ToString());
        }

        return unit.ReadOnly && !options.ReadOnly && !unit.Options.InheritReadOnly
            ? new UnitOfWorkJoinException(name.ToString(), unit.Name, nameof(options.ReadOnly), "false", "true")
            : null;
    }

    /// <summary>False where <see cref="Complete"/> has something to do.</summary>
    public bool IsCompleteAtOnce => _deadline is null && _unit.IsRollbackOnly == _wasRollbackOnly;

    /// <summary>The body returned.</summary>
    /// <exception cref="UnitOfWorkTimeoutException">The call took longer than it may.</exception>
    public void Complete()
    {
        if (_deadline?.End() is { } late)
        {
            _unit.SetDoom(Doom.ByInnerCall(_name.ToString(), late));
            DoomWhereAsked();
            throw late;
        }

        DoomWhereAsked();
    }

    /// <summary>An exception left the body. Throws nothing.</summary>
    public void Fail(Exception exception)
    {
        var late = _deadline?.End();
        if (_unit.IsEnded)
            return;

        // CommitOn does not speak of calls that took too long.
        if ((_options.Commits(exception) ? late : exception) is { } cause)
            _unit.SetDoom(Doom.ByInnerCall(_name.ToString(), cause));
        DoomWhereAsked();
    }

    private void DoomWhereAsked()
    {
        if (_unit.IsRollbackOnly && !_wasRollbackOnly)
            _unit.DoomByRequestOf(_name.ToString());
    }
}
