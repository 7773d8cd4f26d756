using Microsoft.EntityFrameworkCore;
using TxAspects.Drivers;

namespace TxAspects.Sessions;

/// <summary>Which failures may be gone when everything is done again.</summary>
internal static class TransientFailures
{
    /// <summary>Whether an exception, or what it wraps, is transient: by optimistic concurrency, or by a driver.</summary>
    public static bool IsTransient(this Exception exception, bool concurrencyToo, IEnumerable<DbDriver> drivers)
    {
        var all = drivers.Distinct().ToArray();
        return exception.Causes().Any(cause => cause switch
        {
            DbUpdateConcurrencyException => concurrencyToo,
            PoolExhaustedException => true,
            System.Data.Common.DbException { IsTransient: true } => true,
            _ => Array.Exists(all, driver => driver.IsTransient(cause)),
        });
    }

    public static bool HasCause<T>(this Exception exception) => exception.Causes().Any(cause => cause is T);

    /// <summary>The exception and what it wraps, in order.</summary>
    public static IEnumerable<Exception> Causes(this Exception exception)
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            yield return current;
            if (current is not AggregateException { InnerExceptions.Count: > 1 } several)
                continue;

            foreach (var inner in several.InnerExceptions.SelectMany(Causes))
                yield return inner;
            yield break;
        }
    }
}
