namespace TxAspects.Benchmarks.OneTrip;

/// <summary>Units that make changes and leave saving to their commit, and one that only reads.</summary>
[UnitOfWork]
public interface IDeclaredUnits
{
    Task InsertAsync();

    Task UpdateAsync();

    /// <summary>Deletes the row of a key.</summary>
    Task DeleteAsync(long id);

    Task InsertTenAsync();

    Task ReadAndInsertAsync();

    [UnitOfWork(ReadOnly = true)]
    Task ReadAsync();
}
