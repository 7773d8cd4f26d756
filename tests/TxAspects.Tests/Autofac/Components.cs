namespace TxAspects.Tests;

/// <summary>Components that tell the unit they run in.</summary>
public interface IOrders
{
    IUnitOfWork? Unit();
}

[UnitOfWork]
public sealed class Orders : IOrders
{
    public IUnitOfWork? Unit() => Tx.Current;
}

[UnitOfWork]
public class OrdersItself : IOrders
{
    public virtual IUnitOfWork? Unit() => Tx.Current;
}

public sealed class PlainOrders : IOrders
{
    public IUnitOfWork? Unit() => Tx.Current;
}

public interface IRepository<T>
{
    IUnitOfWork? Unit(T value);
}

public interface IReader<T>
{
    IUnitOfWork? Unit(T value);
}

public interface IWriter<T>
{
    IUnitOfWork? Unit(T value);
}

[UnitOfWork]
public sealed class Repository<T> : IRepository<T>, IReader<T>
{
    public IUnitOfWork? Unit(T value) => Tx.Current;
}

[UnitOfWork]
public class RepositoryItself<T> : IRepository<T>, IWriter<T>
{
    public virtual IUnitOfWork? Unit(T value) => Tx.Current;
}
