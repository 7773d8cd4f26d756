using TxAspects.Connections;

namespace TxAspects.UnitsOfWork;

/// <summary>Runs a body as a call: every entry, declared or called, comes through here.</summary>
/// <remarks>
/// In the asynchronous methods the compiler restores the execution context for the caller; in the synchronous one
/// the slot is restored by hand, so that nothing else the body made ambient is lost.
/// </remarks>
internal static class CallRunner
{
    public static async ValueTask<T> RunAsync<TBody, T>(
        TxAspectsOptions process, CallName name, UnitOfWorkOptions options, TBody body)
        where TBody : struct, IAsyncCallBody<T>
    {
        var call = UnitOfWorkCall.Create(process, options, name, isSynchronous: false);
        await call.BeginAsync(async: true).ConfigureAwait(false);
        using var entered = AmbientUnit.Enter(call.Node);
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

    public static async ValueTask RunAsync<TBody>(
        TxAspectsOptions process, CallName name, UnitOfWorkOptions options, TBody body)
        where TBody : struct, IAsyncCallBody
    {
        var call = UnitOfWorkCall.Create(process, options, name, isSynchronous: false);
        await call.BeginAsync(async: true).ConfigureAwait(false);
        using var entered = AmbientUnit.Enter(call.Node);
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

    public static T Run<TBody, T>(TxAspectsOptions process, CallName name, UnitOfWorkOptions options, TBody body)
        where TBody : struct, ICallBody<T>
    {
        var call = UnitOfWorkCall.Create(process, options, name, isSynchronous: true);
        call.BeginAsync(async: false).Completed();
        using var entered = AmbientUnit.Enter(call.Node);
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
        return result;
    }
}
