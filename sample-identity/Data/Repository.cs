namespace SampleIdentity.Data;

/// <inheritdoc/>
public sealed class Repository<T>(ClubContext db) : IRepository<T>
    where T : class
{
    public IQueryable<T> Query => db.Set<T>();

    public ValueTask<T?> FindAsync(object key) => db.FindAsync<T>(key);

    public Task AddAsync(T entity)
    {
        db.Add(entity);
        return db.SaveChangesAsync();
    }

    public Task UpdateAsync(T entity)
    {
        db.Update(entity);
        return db.SaveChangesAsync();
    }

    public Task RemoveAsync(T entity)
    {
        db.Remove(entity);
        return db.SaveChangesAsync();
    }
}
