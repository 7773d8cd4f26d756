using SampleConsole.Import;
using TxAspects;

namespace SampleConsole.Auditing;

/// <summary>Keeps one row per order with what became of it. In a unit of its own: the row stays when the order is rolled back.</summary>
[NewContext]
public interface IAuditTrail
{
    /// <summary>Writes the order's row, or replaces what it said.</summary>
    Task RecordAsync(string orderNumber, ImportResult result, CancellationToken cancellationToken = default);

    /// <summary>Adds the rows that a killed run still owed to orders it had committed.</summary>
    Task CatchUpAsync(CancellationToken cancellationToken = default);
}
