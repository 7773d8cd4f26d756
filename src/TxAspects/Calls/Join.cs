using System.Data;
using TxAspects.Sessions.Transactions;
using TxAspects.Units;
using TxAspects.Units.Ambient;

namespace TxAspects.Calls;

/// <summary>
/// A call's part in the unit that it joins: a failure dooms the unit at once. A value, so that a call that completes at once allocates
/// nothing.
/// </summary>
internal readonly struct Join
{
    private readonly UnitOfWork _unit;
    private readonly UnitOfWorkOptions _options;
    private readonly CallName _name;
    private readonly Mark? _mark;    // null where it is not told apart from its caller
    private readonly int _asked;
    private readonly UnitStep? _step;    // null where nobody observes

    private Join(UnitOfWork unit, UnitOfWorkOptions options, CallName name, Mark? mark)
    {
        _unit = unit;
        _options = options;
        _name = name;
        _mark = mark;
        _asked = CountAsked(unit);
        _step = unit.Report?.Joined(name);
    }

    public UnitOfWork Unit => _unit;

    /// <summary>False where <see cref="Complete"/> has something to do.</summary>
    public bool IsCompleteAtOnce => _step is null && !WasAsked;

    private bool WasAsked => CountAsked(_unit) != _asked;

    /// <exception cref="UnitOfWorkJoinException">The unit cannot give what the call asks for.</exception>
    public static Join Enter(UnitOfWork unit, UnitOfWorkOptions options, CallName name, Mark mark)
        => FindDisagreement(unit, options, name) is { } disagreement ? throw disagreement : new Join(unit, options, name, mark);

    /// <summary>
    /// Joins the open unit where the call does not have to be told apart from its caller; false where it opens, nests, is refused, or needs
    /// a place of its own, as for a deadline.
    /// </summary>
    public static bool TryEnter(in CallRequest request, out Join join)
    {
        join = default;
        var options = request.Options;
        if (!Propagations.Joins(options.Propagation) || options.Timeout is not null ||
            AmbientUnit.Node is not { Place: UnitPlace.Inside, Unit: { IsEnded: false } unit } ||
            FindDisagreement(unit, options, request.Name) is not null || !unit.Options.AllowEarlyCompletion)
        {
            return false;
        }

        join = new Join(unit, options, request.Name, mark: null);
        return true;
    }

    /// <summary>Gives an unused unit the settings of a call, and tells what a used one cannot give.</summary>
    public static UnitOfWorkJoinException? FindDisagreement(UnitOfWork unit, UnitOfWorkOptions options, CallName name)
    {
        unit.Adopt(options);
        if (options.IsolationLevel != IsolationLevel.Unspecified && options.IsolationLevel != unit.IsolationLevel)
        {
            return new UnitOfWorkJoinException(
                name.ToString(), unit.Name, nameof(options.IsolationLevel), options.IsolationLevel.ToString(),
                unit.IsolationLevel.ToString());
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

    /// <summary>The body returned.</summary>
    public void Complete()
    {
        _step?.End();
        if (_mark is not null)
            _mark.IsOpen = false;
        DoomWhereAsked();
    }

    /// <summary>An exception left the body. Throws nothing.</summary>
    public void Fail(Exception exception)
    {
        _step?.End(exception);
        if (_unit.IsEnded)
            return;

        if (!_options.Commits(exception))
            Doom(Units.Doom.ByInnerCall(_name.ToString(), exception));
        Complete();
    }

    /// <summary>The call took longer than it may, which <c>CommitOn</c> does not speak of.</summary>
    public void FailLate(UnitOfWorkTimeoutException late)
    {
        _step?.End(late);
        if (_unit.IsEnded)
            return;

        Doom(Units.Doom.ByInnerCall(_name.ToString(), late));
        Complete();
    }

    /// <summary>A request made in a joined call dooms: the caller, who did not ask for it, must learn that nothing was kept.</summary>
    private void DoomWhereAsked()
    {
        if (!WasAsked || _unit.Verdict is not { } verdict)
            return;

        // From here on it is a doom like any other, so that undoing the work clears it.
        var request = _mark is null ? verdict.TakeSince(_asked, _unit.MarkHere) : verdict.TakeInside(_mark);
        if (request is not null)
            Doom(Units.Doom.ByInnerRequest(_name.ToString(), request.Request!));
    }

    private void Doom(Doom doom) => _unit.SetDoom(doom, _mark is null ? _unit.MarkHere : _mark.Parent);

    private static int CountAsked(UnitOfWork unit) => unit.Verdict?.Asked ?? 0;
}
