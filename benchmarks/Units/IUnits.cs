namespace TxAspects.Benchmarks.Units;

/// <summary>
/// The same units of work, written by each peer in its own way. Each is one transaction, and the statements are those of EF Core.
/// </summary>
public interface IUnits
{
    Task InsertAsync();

    Task ReadAndInsertAsync();

    Task InsertTenAsync();

    Task ReadAsync();
}
