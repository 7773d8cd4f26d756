using Microsoft.EntityFrameworkCore;
using SampleConsole.Database;
using SampleConsole.Import;
using TxAspects;

namespace SampleConsole.Auditing;

/// <inheritdoc/>
public sealed class AuditTrail : IAuditTrail
{
    public async Task RecordAsync(string orderNumber, ImportResult result, CancellationToken cancellationToken = default)
    {
        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO audit (order_number, verdict, detail) VALUES ({orderNumber}, {result.Verdict.ToString()}, {result.Detail})
            ON CONFLICT (order_number) DO UPDATE
            SET verdict = excluded.verdict, detail = excluded.detail, attempts = audit.attempts + 1, recorded_at = now()
            """, cancellationToken);
    }

    public async Task CatchUpAsync(CancellationToken cancellationToken = default)
    {
        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO audit (order_number, verdict) SELECT number, {nameof(Verdict.Imported)} FROM orders
            ON CONFLICT (order_number) DO UPDATE
            SET verdict = excluded.verdict, detail = excluded.detail, attempts = audit.attempts + 1, recorded_at = now()
            WHERE audit.verdict <> excluded.verdict
            """, cancellationToken);
    }
}
