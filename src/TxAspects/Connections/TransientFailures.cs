using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Connections;

/// <summary>Which failures may be gone when everything is done again.</summary>
internal static class TransientFailures
{
    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    private const string SerializationFailure = "40001";
    private const string DeadlockDetected = "40P01";

    /// <summary>Whether an exception, or what it wraps, is transient: by the driver, by its state, by optimistic concurrency, or by a connect's own rule.</summary>
    public static bool IsTransient(this Exception exception, bool concurrencyToo, IEnumerable<DbConnect> connects)
    {
        var rules = connects.ToArray();
        return Causes(exception).Any(cause => cause switch
        {
            DbUpdateConcurrencyException => concurrencyToo,
            PoolExhaustedException => true,
            DbException { IsTransient: true } or DbException { SqlState: SerializationFailure or DeadlockDetected } => true,
            _ => Array.Exists(rules, connect => connect.IsTransient(cause)),
        });
    }

    public static bool HasCause<T>(this Exception exception) => Causes(exception).Any(cause => cause is T);

    private static IEnumerable<Exception> Causes(Exception exception)
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
