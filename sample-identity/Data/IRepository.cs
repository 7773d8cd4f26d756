namespace SampleIdentity.Data;

/// <summary>The rows of one kind. Each call that writes saves.</summary>
public interface IRepository<T>
    where T : class
{
    IQueryable<T> Query { get; }

    ValueTask<T?> FindAsync(object key);

    Task AddAsync(T entity);

    Task UpdateAsync(T entity);

    Task RemoveAsync(T entity);
}
