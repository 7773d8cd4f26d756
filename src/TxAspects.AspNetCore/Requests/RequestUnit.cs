using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using TxAspects.AspNetCore.Answers;
using TxAspects.Interception.Streams;
using TxAspects.Units.Hooks;
using TxAspects.Units.Scopes;

namespace TxAspects.AspNetCore.Requests;

/// <summary>
/// The unit of one request: in its features until the pipeline behind the middleware is done, and ended by whatever sends something first.
/// </summary>
internal sealed class RequestUnit : IDisposable, IUnitSurroundings
{
    // What runs in the flow of an end cannot wait for it.
    private static readonly AsyncLocal<RequestUnit?> EndingHere = new();

    private readonly TxScope _scope;
    private readonly RequestPlan _plan;
    private readonly OpenStreams _streams;
    private readonly ResponseHead _head;
    private readonly ResponseBody _body;
    private readonly Switches _switches;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;
    private volatile bool _isSettled;
    private bool _failureIsAnswered;
    private ExceptionDispatchInfo? _failure;

    public RequestUnit(HttpContext context, TxScope scope, RequestPlan plan, OpenStreams streams)
    {
        Context = context;
        _scope = scope;
        _plan = plan;
        _streams = streams;
        _body = new ResponseBody(this, context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        _head = new ResponseHead(this, _body, context.Features.GetRequiredFeature<IHttpResponseFeature>());
        _switches = new Switches(this, context.Features);
        UnitSurroundings.Set(Unit, this);
        context.Features.Set(this);
        context.Features.Set<IHttpResponseBodyFeature>(_body);
        context.Features.Set<IHttpResponseFeature>(_head);
    }

    public HttpContext Context { get; }

    public IServiceProvider Services => Context.RequestServices;

    /// <summary>Whether the end has begun.</summary>
    public bool IsOver => Volatile.Read(ref _begun) != 0;

    /// <summary>Whether something may be sent as it is: the unit has ended, and did not fail.</summary>
    public bool IsSettled => _isSettled;

    /// <summary>Whether the unit is to stay open although something is sent.</summary>
    public bool StaysOpen => (_plan.EndsAt is UnitEnd.EndOfResponse && !IsOver) || IsReading;

    /// <summary>Whether rows are being read: a sequence of them is between two steps most of the time.</summary>
    public bool IsReading => !IsOver && (Unit.IsBusy || _streams.AnyIn(Unit));

    /// <summary>Whether the unit has ended, and what it did could not be committed.</summary>
    public bool HasFailed => _failure is not null;

    /// <summary>Whether the server lets anything through that is written synchronously.</summary>
    public bool MayWriteSynchronously => Context.Features.Get<IHttpBodyControlFeature>() is not { AllowSynchronousIO: false };

    // Who streams rows to a client that has left gives up and may tell nobody, as WriteAsJsonAsync does. The server tells it in two ways,
    // in any order.
    private bool ClientHasLeft => Context.RequestAborted.IsCancellationRequested || _body.ClientHasLeft;

    private ITxUnit Unit => _scope.Unit!;

    /// <summary>
    /// Throws where the code that runs here is part of the unit's end, which the answer waits for, or a hook of the unit.
    /// </summary>
    /// <exception cref="ResponseInHookException">It is.</exception>
    public void ThrowIfInItsEnd()
    {
        if (IsEndingHere || RunningHook.IsOf(Unit))
            throw new ResponseInHookException(Unit.Name, RunningHook.Name);
    }

    /// <summary>The same for what only a hook at the end may not do.</summary>
    public void ThrowIfHookOfItsEnd()
    {
        if (IsEndingHere && RunningHook.IsOf(Unit))
            throw new ResponseInHookException(Unit.Name, RunningHook.Name);
    }

    /// <summary>Commits or rolls back, as the rule says.</summary>
    public ValueTask EndAsync(bool async) => EndAsync(async, wasReading: false);

    private async ValueTask EndAsync(bool async, bool wasReading)
    {
        ThrowIfInItsEnd();
        if (Interlocked.Exchange(ref _begun, 1) == 0)
        {
            await CompleteAsync(async, wasReading).ConfigureAwait(false);
            return;
        }

        if (!async && !_ended.Task.IsCompleted)
        {
            throw new InvalidOperationException(
                $"Unit of work '{Unit.Name}' is ending in another flow, and synchronous code cannot wait for it. Write asynchronously.");
        }

        await _ended.Task.ConfigureAwait(false);
        ThrowIfFailed();
    }

    /// <summary>The endpoint returned.</summary>
    public async ValueTask FinishAsync()
    {
        var wasReading = IsReading;
        await _streams.LeaveAsync().ConfigureAwait(false);
        await EndAsync(async: true, wasReading).ConfigureAwait(false);
        await _body.FinishAsync().ConfigureAwait(false);
    }

    /// <summary>An exception left the endpoint.</summary>
    public async ValueTask FailAsync(Exception exception)
    {
        await _streams.LeaveAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _begun, 1) != 0)
        {
            await _ended.Task.ConfigureAwait(false);
            return;
        }

        try
        {
            EndingHere.Value = this;
            await _scope.FailAsync(exception).ConfigureAwait(false);
        }
        finally
        {
            _ended.SetResult();
        }

        try
        {
            await _body.FailAsync().ConfigureAwait(false);
        }
        catch (Exception refusal)
        {
            throw new AggregateException(exception, refusal);
        }
    }

    /// <summary>Puts everything back, for an exception handler or a second pass through the pipeline.</summary>
    public void Dispose()
    {
        _switches.Restore(Context.Features);
        Context.Features.Set(_body.Inner);
        Context.Features.Set(_head.Inner);
        Context.Features.Set<RequestUnit>(null);
        _body.Discard();
    }

    private bool IsEndingHere => EndingHere.Value == this && !_ended.Task.IsCompleted;

    private async ValueTask CompleteAsync(bool async, bool wasReading)
    {
        EndingHere.Value = this;
        try
        {
            await AskRuleAsync(async).ConfigureAwait(false);
            if (wasReading && ClientHasLeft)
                await FailAsync(new OperationCanceledException("The client left before the end."), async).ConfigureAwait(false);
            else if (async)
                await _scope.CompleteAsync().ConfigureAwait(false);
            else
                _scope.Complete();
            _plan.TellPosition(Context, Unit);
            _isSettled = true;
        }
        catch (UnitOfWorkDoomedException) when (ClientHasLeft)
        {
            // Rolled back, as whoever heeds the client's leave wants it.
            _isSettled = true;
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            _body.Discard();
            throw;
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private async ValueTask AskRuleAsync(bool async)
    {
        try
        {
            _plan.ThrowIfLate(Context.GetEndpoint());
            if (!_plan.CommitWhen(Context))
                _scope.SetRollbackOnly(RequestPlan.ReasonFor(Context.Response.StatusCode));
        }
        catch (Exception exception)
        {
            await FailAsync(exception, async).ConfigureAwait(false);
            throw;
        }
    }

    private ValueTask FailAsync(Exception exception, bool async)
    {
        if (async)
            return _scope.FailAsync(exception);

        _scope.Fail(exception);
        return default;
    }

    /// <summary>After a commit that failed nothing may be answered but an error, whoever swallowed the exception.</summary>
    private void ThrowIfFailed()
    {
        if (_failure is null || _failureIsAnswered)
            return;

        if (Context.Response is not { HasStarted: false, StatusCode: >= StatusCodes.Status400BadRequest })
            _failure.Throw();
        _failureIsAnswered = true;
    }
}
