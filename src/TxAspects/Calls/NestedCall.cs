using System.Diagnostics;
using TxAspects.Calls.Bodies;
using TxAspects.Observing;
using TxAspects.Sessions.Transactions;
using TxAspects.Units;
using TxAspects.Units.Ambient;

namespace TxAspects.Calls;

/// <summary>A call inside a unit whose failure undoes that call alone: a place on every session to go back to.</summary>
internal sealed class NestedCall : UnitOfWorkCall
{
    private readonly UnitOfWork _unit;
    private readonly UnitOfWorkOptions _options;
    private readonly CallName _name;
    private readonly InnerPlace _place;
    private Mark? _mark;
    private UnitNode? _node;
    private Activity? _span;

    public NestedCall(UnitOfWork unit, UnitOfWorkOptions options, CallName name)
    {
        if (Join.FindDisagreement(unit, options, name) is { } disagreement)
            throw disagreement;

        _unit = unit;
        _options = options;
        _name = name;
        _place = new InnerPlace(unit, options, name);
    }

    public override UnitNode? Node => _node;

    public override Activity? Span => _span;

    private bool AskedToRollBack => _unit.Verdict?.IsRequestedInside(_mark!) is true;

    public override async ValueTask BeginAsync(bool async)
    {
        _mark = await _unit.Marks.SetAsync(_name.ToString(), connect: null, async, CancellationToken.None).ConfigureAwait(false);
        _node = _place.Node with { Mark = _mark };
        if (Telemetry.Source.HasListeners())
            _span = Telemetry.StartSpan(_name.ToString());
    }

    public override async ValueTask CompleteAsync<T>(T result, bool async)
    {
        bool isUndone;
        try
        {
            if (_place.End() is { } late)
                throw late;
            if (_unit.Marks.FindDoom(_mark!) is { } doom)
                throw doom.ToException(_name.ToString());

            // A result rule decides about the call's own work.
            isUndone = AskedToRollBack || ResultRules.MeanFailure(result, _options, _unit.ProcessOptions);
            if (!isUndone)
                await _unit.Marks.KeepAsync(_mark!, async, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await UndoAsync(exception, async).ConfigureAwait(false);
            throw;
        }

        if (isUndone)
            await UndoAsync(failure: null, async).ConfigureAwait(false);
        else
            EndSpan("kept", failure: null);
    }

    public override async ValueTask FailAsync(Exception exception, bool async)
    {
        if (_options.Commits(exception))
        {
            try
            {
                await CompleteAsync(default(Nothing), async).ConfigureAwait(false);
                return;
            }
            catch (Exception failure)
            {
                _unit.Log.CommitOnFailed(_name.ToString(), failure);
                return;
            }
        }

        _place.End();
        await UndoAsync(exception, async).ConfigureAwait(false);
    }

    public override ValueTask AbandonAsync(bool async) => UndoAsync(failure: null, async);

    private async ValueTask UndoAsync(Exception? failure, bool async)
    {
        if (_mark is { IsOpen: true })
            await _unit.Marks.UndoAsync(_mark, failure, async).ConfigureAwait(false);
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
