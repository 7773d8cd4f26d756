using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TxAspects.AspNetCore.Requests;

/// <summary>
/// The unit of one request: in its features until the pipeline behind the middleware is done, and ended by whatever sends something
/// first.
/// </summary>
internal sealed class RequestUnit : IDisposable
{
    private readonly HttpContext _context;
    private readonly TxScope _scope;
    private readonly RequestPlan _plan;
    private readonly ResponseBody _body;
    private readonly Switches _switches;
    private Task? _ending;
    private ExceptionDispatchInfo? _failure;

    public RequestUnit(HttpContext context, TxScope scope, RequestPlan plan)
    {
        _context = context;
        _scope = scope;
        _plan = plan;
        _body = new ResponseBody(this, context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        _switches = new Switches(this, context.Features);
        context.Features.Set(this);
        context.Features.Set<IHttpResponseBodyFeature>(_body);
    }

    /// <summary>Whether the end has begun.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether something may be sent as it is: the unit has ended, and did not fail.</summary>
    public bool IsSettled => _ending is { IsCompletedSuccessfully: true };

    /// <summary>Whether the server lets anything through that is written synchronously.</summary>
    public bool MayWriteSynchronously => _context.Features.Get<IHttpBodyControlFeature>() is not { AllowSynchronousIO: false };

    /// <summary>Something is about to be sent: ends the unit, unless it is to stay open for longer.</summary>
    public ValueTask BeforeSendingAsync(bool async)
        => !IsOver && (_plan.EndsAt is UnitEnd.EndOfResponse || _scope.Unit!.IsBusy) ? default : EndAsync(async);

    /// <summary>Commits or rolls back, as the rule says.</summary>
    public ValueTask EndAsync(bool async)
    {
        if (!IsOver)
        {
            IsOver = true;
            return new(_ending = CompleteAsync(async));
        }

        // Another branch is still committing; what is written synchronously cannot wait.
        if (async && _ending is { IsCompleted: false } ending)
            return new(ending);

        ThrowIfFailed();
        return default;
    }

    /// <summary>The endpoint returned.</summary>
    public async ValueTask FinishAsync()
    {
        await EndAsync(async: true).ConfigureAwait(false);
        await _body.FinishAsync().ConfigureAwait(false);
    }

    /// <summary>An exception left the endpoint.</summary>
    public ValueTask FailAsync(Exception exception)
    {
        if (IsOver)
            return default;

        IsOver = true;
        return _scope.FailAsync(exception);
    }

    /// <summary>Puts everything back, for an exception handler or a second pass through the pipeline.</summary>
    public void Dispose()
    {
        _switches.Restore(_context.Features);
        _context.Features.Set(_body.Inner);
        _context.Features.Set<RequestUnit>(null);
        _body.Discard();
    }

    private async Task CompleteAsync(bool async)
    {
        try
        {
            await AskRuleAsync(async).ConfigureAwait(false);
            if (async)
                await _scope.CompleteAsync().ConfigureAwait(false);
            else
                _scope.Complete();
            TellPosition();
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            _body.Discard();
            throw;
        }
    }

    private void TellPosition()
    {
        if (_plan.PositionCookie is { } cookie && !_context.Response.HasStarted && _scope.Unit!.Position is { } position)
            cookie.Write(_context, position);
    }

    private async ValueTask AskRuleAsync(bool async)
    {
        try
        {
            _plan.ThrowIfLate(_context.GetEndpoint());
            if (!_plan.CommitWhen(_context))
                _scope.SetRollbackOnly($"the response has status {_context.Response.StatusCode}{(_context.Response.StatusCode < StatusCodes.Status400BadRequest ? ", and CommitWhen says no" : "")}");
        }
        catch (Exception exception)
        {
            if (async)
                await _scope.FailAsync(exception).ConfigureAwait(false);
            else
                _scope.Fail(exception);
            throw;
        }
    }

    /// <summary>After a commit that failed nothing may be answered but an error, whoever swallowed the exception.</summary>
    private void ThrowIfFailed()
    {
        if (_failure is not null && _context.Response is { HasStarted: false, StatusCode: < StatusCodes.Status400BadRequest })
            _failure.Throw();
    }
}
