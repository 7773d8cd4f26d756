using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Sessions.EntityFramework.Interceptors;

/// <summary>
/// Comes after the interceptors of the user's. It tells a session of an optimistic concurrency failure, which EF Core reports in no other
/// way, because one of them may let the save go on. And it looks a last time whether a command may be sent, because the unit may have ended
/// while one of them was at work.
/// </summary>
internal sealed class ConcurrencyInterceptor : SaveChangesInterceptor, IDbCommandInterceptor
{
    public static readonly ConcurrencyInterceptor Instance = new();

    public override InterceptionResult ThrowingConcurrencyException(ConcurrencyExceptionEventData eventData, InterceptionResult result)
    {
        if (!result.IsSuppressed)
            SessionSlot.SessionOf(eventData.Context)?.Saves.Failed(eventData.Exception);

        return result;
    }

    public override ValueTask<InterceptionResult> ThrowingConcurrencyExceptionAsync(
        ConcurrencyExceptionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        => new(ThrowingConcurrencyException(eventData, result));

    public InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
        => Check(command, eventData, result);

    public InterceptionResult<object> ScalarExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<object> result)
        => Check(command, eventData, result);

    public InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
        => Check(command, eventData, result);

    public ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
        => new(Check(command, eventData, result));

    public ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
        => new(Check(command, eventData, result));

    public ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        => new(Check(command, eventData, result));

    private static InterceptionResult<T> Check<T>(DbCommand command, CommandEventData eventData, InterceptionResult<T> result)
    {
        if (SessionSlot.SessionOf(eventData.Context) is { } session && !session.Admission.MaySend(command))
            session.ThrowUnless(AdmissionAnswer.Closed);

        return result;
    }
}
