using TxAspects.Calls.Bodies;
using TxAspects.Observing;
using TxAspects.Sessions;
using TxAspects.Units;

namespace TxAspects.Calls;

/// <summary>Runs a body as a call: every entry, declared or called, comes through here.</summary>
/// <remarks>
/// In the asynchronous methods the compiler restores the execution context for the caller; in the synchronous one
/// the slot is restored by hand, so that nothing else the body made ambient is lost.
/// </remarks>
internal static class CallRunner
{
    public static ValueTask<T> RunAsync<TBody, T>(CallRequest request, TBody body)
        where TBody : struct, IAsyncCallBody<T>
    {
        if (Join.TryEnter(request, out var join))
            return CallsAtOnce.RunJoined<TBody, T>(join, body);
        if (request.Options.MaxRetries > 0)
            return RepeatAsync<TBody, T>(request, body);
        return UnitOfWorkCalls.Opens(request)
            ? CallsAtOnce.RunOpened<TBody, T>(request.Open(), body)
            : RunOnceAsync<TBody, T>(request, body);
    }

    public static ValueTask RunAsync<TBody>(CallRequest request, TBody body)
        where TBody : struct, IAsyncCallBody
    {
        if (Join.TryEnter(request, out var join))
            return CallsAtOnce.RunJoined(join, body);
        if (request.Options.MaxRetries > 0)
            return RepeatAsync(request, body);
        return UnitOfWorkCalls.Opens(request) ? CallsAtOnce.RunOpened(request.Open(), body) : RunOnceAsync(request, body);
    }

    public static T Run<TBody, T>(CallRequest request, TBody body)
        where TBody : struct, ICallBody<T>
    {
        if (Join.TryEnter(request, out var join))
            return CallsAtOnce.RunJoinedSynchronously<TBody, T>(join, body);

        var attempt = request.FirstAttempt();
        while (true)
        {
            var call = UnitOfWorkCalls.Create(request, attempt, isSynchronous: true);
            try
            {
                return RunOnce<TBody, T>(call, body);
            }
            catch (Exception exception) when (call.Next is not null)
            {
                NoteRetry(request, attempt, call.Next.Pause, exception);
                Thread.Sleep(call.Next.Pause);
                attempt = call.Next;
            }
        }
    }

    private static async ValueTask<T> RepeatAsync<TBody, T>(CallRequest request, TBody body)
        where TBody : struct, IAsyncCallBody<T>
    {
        var attempt = request.FirstAttempt();
        while (true)
        {
            var call = UnitOfWorkCalls.Create(request, attempt, isSynchronous: false);
            try
            {
                return await RunOnceAsync<TBody, T>(call, body).ConfigureAwait(false);
            }
            catch (Exception exception) when (call.Next is not null)
            {
                NoteRetry(request, attempt, call.Next.Pause, exception);
                await Task.Delay(call.Next.Pause, request.ProcessOptions.TimeProvider).ConfigureAwait(false);
                attempt = call.Next;
            }
        }
    }

    private static async ValueTask RepeatAsync<TBody>(CallRequest request, TBody body)
        where TBody : struct, IAsyncCallBody
        => await RepeatAsync<WithoutValue<TBody>, Nothing>(request, new WithoutValue<TBody>(body)).ConfigureAwait(false);

    private static void NoteRetry(CallRequest request, Attempt attempt, TimeSpan pause, Exception exception)
    {
        if (Telemetry.Retries.Enabled)
            Telemetry.Retries.Add(1, new KeyValuePair<string, object?>(Telemetry.UnitName, request.Name.ToString()));
        request.ProcessOptions.Log.Retrying(attempt.Number, request.Name.ToString(), pause, exception);
    }

    /// <summary>Runs the call that a request asks for. Not the state machine's work, which would keep the request.</summary>
    private static ValueTask<T> RunOnceAsync<TBody, T>(CallRequest request, TBody body)
        where TBody : struct, IAsyncCallBody<T>
    {
        UnitOfWorkCall call;
        try
        {
            call = UnitOfWorkCalls.Create(request, request.FirstAttempt(), isSynchronous: false);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<T>(exception);
        }

        return RunOnceAsync<TBody, T>(call, body);
    }

    /// <inheritdoc cref="RunOnceAsync{TBody, T}(CallRequest, TBody)"/>
    private static ValueTask RunOnceAsync<TBody>(CallRequest request, TBody body)
        where TBody : struct, IAsyncCallBody
    {
        UnitOfWorkCall call;
        try
        {
            call = UnitOfWorkCalls.Create(request, request.FirstAttempt(), isSynchronous: false);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException(exception);
        }

        return RunOnceAsync(call, body);
    }

    public static async ValueTask<T> RunOnceAsync<TBody, T>(UnitOfWorkCall call, TBody body)
        where TBody : struct, IAsyncCallBody<T>
    {
        await call.BeginAsync(async: true).ConfigureAwait(false);
        using var entered = call.Enter();
        T result;
        try
        {
            result = await body.InvokeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await call.FailAsync(exception, async: true).ConfigureAwait(false);
            throw;
        }

        await call.CompleteAsync(result, async: true).ConfigureAwait(false);
        return result;
    }

    public static async ValueTask RunOnceAsync<TBody>(UnitOfWorkCall call, TBody body)
        where TBody : struct, IAsyncCallBody
    {
        await call.BeginAsync(async: true).ConfigureAwait(false);
        using var entered = call.Enter();
        try
        {
            await body.InvokeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await call.FailAsync(exception, async: true).ConfigureAwait(false);
            throw;
        }

        await call.CompleteAsync(default(Nothing), async: true).ConfigureAwait(false);
    }

    private static T RunOnce<TBody, T>(UnitOfWorkCall call, TBody body)
        where TBody : struct, ICallBody<T>
    {
        call.BeginAsync(async: false).Completed();
        var entered = call.Enter();
        try
        {
            T result;
            try
            {
                result = body.Invoke();
            }
            catch (Exception exception)
            {
                call.FailAsync(exception, async: false).Completed();
                throw;
            }

            call.CompleteAsync(result, async: false).Completed();
            entered.Dispose();
            return result;
        }
        catch
        {
            // Not in a finally block: an exception filter of the caller's runs before that, and would see what is ambient here.
            entered.Dispose();
            throw;
        }
    }
}
