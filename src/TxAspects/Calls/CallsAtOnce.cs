using TxAspects.Calls.Bodies;
using TxAspects.Units;
using TxAspects.Units.Ambient;

namespace TxAspects.Calls;

/// <summary>
/// Calls that are begun without a state machine, which most joined calls and many outermost ones can do without: one takes over where the
/// body yields, or something is to be done after it.
/// </summary>
internal static class CallsAtOnce
{
    public static ValueTask<T> RunOpened<TBody, T>(UnitOfWork unit, TBody body)
        where TBody : struct, IAsyncCallBody<T>
    {
        if (unit.Report is { IsMeasuring: true })
            return CallRunner.RunOnceAsync<TBody, T>(new OpeningCall(unit), body);

        ValueTask<T> begun;
        using (AmbientUnit.EnterForCall(unit.Node))
            begun = Begin<TBody, T>(body).Preserve();    // its result is looked at twice
        return begun.IsCompletedSuccessfully && UnitEnd.TryCompleteAtOnce(unit, begun.Result) ? begun : FinishAsync(unit, begun);
    }

    public static ValueTask RunOpened<TBody>(UnitOfWork unit, TBody body)
        where TBody : struct, IAsyncCallBody
    {
        if (unit.Report is { IsMeasuring: true })
            return CallRunner.RunOnceAsync(new OpeningCall(unit), body);

        ValueTask begun;
        using (AmbientUnit.EnterForCall(unit.Node))
            begun = Begin(body);
        return !begun.IsCompletedSuccessfully ? FinishAsync(unit, begun)
            : UnitEnd.TryCompleteAtOnce(unit, default(Nothing)) ? begun
            : UnitEnd.CompleteAsync(unit, async: true);    // as where the body has left its saves to the end
    }

    public static ValueTask<T> RunJoined<TBody, T>(in Join join, TBody body)
        where TBody : struct, IAsyncCallBody<T>
    {
        var begun = Begin<TBody, T>(body);
        return begun.IsCompletedSuccessfully && join.IsCompleteAtOnce ? begun : FinishAsync(join, begun);
    }

    public static ValueTask RunJoined<TBody>(in Join join, TBody body)
        where TBody : struct, IAsyncCallBody
    {
        var begun = Begin(body);
        return begun.IsCompletedSuccessfully && join.IsCompleteAtOnce ? begun : FinishAsync(join, begun);
    }

    public static T RunJoinedSynchronously<TBody, T>(in Join join, TBody body)
        where TBody : struct, ICallBody<T>
    {
        T result;
        try
        {
            result = body.Invoke();
        }
        catch (Exception exception)
        {
            join.Fail(exception);
            throw;
        }

        join.Complete();
        return result;
    }

    /// <summary>Ends a unit after its body, which has yielded or left something to do.</summary>
    private static async ValueTask<T> FinishAsync<T>(UnitOfWork unit, ValueTask<T> begun)
    {
        T result;
        try
        {
            result = await begun.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await UnitEnd.FailAsync(unit, exception, async: true).ConfigureAwait(false);
            throw;
        }

        if (!UnitEnd.TryCompleteAtOnce(unit, result))
            await UnitEnd.CompleteAsync(unit, result, async: true).ConfigureAwait(false);
        return result;
    }

    /// <inheritdoc cref="FinishAsync{T}(UnitOfWork, ValueTask{T})"/>
    private static async ValueTask FinishAsync(UnitOfWork unit, ValueTask begun)
    {
        try
        {
            await begun.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await UnitEnd.FailAsync(unit, exception, async: true).ConfigureAwait(false);
            throw;
        }

        if (!UnitEnd.TryCompleteAtOnce(unit, default(Nothing)))
            await UnitEnd.CompleteAsync(unit, async: true).ConfigureAwait(false);
    }

    private static async ValueTask<T> FinishAsync<T>(Join join, ValueTask<T> begun)
    {
        T result;
        try
        {
            result = await begun.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            join.Fail(exception);
            throw;
        }

        join.Complete();
        return result;
    }

    private static async ValueTask FinishAsync(Join join, ValueTask begun)
    {
        try
        {
            await begun.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            join.Fail(exception);
            throw;
        }

        join.Complete();
    }

    // A body that throws before it is asynchronous fails like one that throws later.
    private static ValueTask<T> Begin<TBody, T>(TBody body)
        where TBody : struct, IAsyncCallBody<T>
    {
        try
        {
            return body.InvokeAsync();
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<T>(exception);
        }
    }

    private static ValueTask Begin<TBody>(TBody body)
        where TBody : struct, IAsyncCallBody
    {
        try
        {
            return body.InvokeAsync();
        }
        catch (Exception exception)
        {
            return ValueTask.FromException(exception);
        }
    }
}
