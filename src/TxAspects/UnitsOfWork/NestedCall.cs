using System.Diagnostics;
using TxAspects.Diagnostics;

namespace TxAspects.UnitsOfWork;

/// <summary>A call inside a unit whose failure undoes that call alone: a savepoint on every session.</summary>
internal sealed class NestedCall : UnitOfWorkCall
{
    private readonly UnitOfWork _unit;
    private readonly UnitOfWorkOptions _options;
    private readonly CallName _name;
    private readonly InnerDeadline? _deadline;
    private readonly bool _wasRollbackOnly;
    private Mark? _mark;
    private Activity? _span;

    public NestedCall(UnitOfWork unit, UnitOfWorkOptions options, CallName name)
    {
        if (Join.FindDisagreement(unit, options, name) is { } disagreement)
            throw disagreement;

        _unit = unit;
        _options = options;
        _name = name;
        _deadline = InnerDeadline.Begin(unit, options, name);
        _wasRollbackOnly = unit.IsRollbackOnly;
    }

    public override UnitNode? Node
        => _unit.Options.AllowEarlyCompletion ? _unit.Node : new UnitNode(_unit, UnitPlace.JoinedCall);

    public override Activity? Span => _span;

    private bool AskedToRollBack => _unit.IsRollbackOnly && !_wasRollbackOnly;

    public override async ValueTask BeginAsync(bool async)
    {
        _mark = await _unit.SetMarkWithSavepointsAsync(connect: null, async, CancellationToken.None).ConfigureAwait(false);
        if (Telemetry.Source.HasListeners())
            _span = Telemetry.StartSpan(_name.ToString());
    }

    public override async ValueTask CompleteAsync<T>(T result, bool async)
    {
        try
        {
            if (_deadline?.End() is { } late)
                throw late;
            if (_unit.FindDoomSince(_mark!) is { } doom)
                throw doom.ToException(_name.ToString());

            if (!AskedToRollBack)
                await _unit.KeepSinceAsync(_mark!, async, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await UndoAsync(exception, async).ConfigureAwait(false);
            throw;
        }

        if (AskedToRollBack)
            await UndoAsync(failure: null, async).ConfigureAwait(false);
        else
            EndSpan("kept", failure: null);
    }

    public override async ValueTask FailAsync(Exception exception, bool async)
    {
        _deadline?.End();
        if (_options.Commits(exception))
        {
            try
            {
                await CompleteAsync(exception, async).ConfigureAwait(false);
                return;
            }
            catch (Exception failure)
            {
                _unit.Log.CommitOnFailed(_name.ToString(), failure);
            }
        }

        await UndoAsync(exception, async).ConfigureAwait(false);
    }

    public override ValueTask AbandonAsync(bool async) => UndoAsync(failure: null, async);

    private async ValueTask UndoAsync(Exception? failure, bool async)
    {
        await _unit.UndoToAsync(_mark!, async).ConfigureAwait(false);
        if (AskedToRollBack)
            _unit.ClearRollbackOnly();
        EndSpan("undone", failure);
    }

    private void EndSpan(string outcome, Exception? failure)
    {
        if (_span is null)
            return;

        _span.SetTag(Telemetry.UnitName, _name.ToString());
        _span.SetTag(Telemetry.NestedOutcome, outcome);
        if (failure is not null)
            _span.Failed(failure, reason: null);
        _span.Stop();
    }
}
