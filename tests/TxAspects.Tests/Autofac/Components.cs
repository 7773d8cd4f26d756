namespace TxAspects.Tests;

/// <summary>Components that tell the unit they run in.</summary>
public interface IOrders
{
    ITxUnit? Unit();
}

[UnitOfWork]
public sealed class Orders : IOrders
{
    public ITxUnit? Unit() => Tx.Current;
}

[UnitOfWork]
public class OrdersItself : IOrders
{
    public virtual ITxUnit? Unit() => Tx.Current;
}

public sealed class PlainOrders : IOrders
{
    public ITxUnit? Unit() => Tx.Current;
}

public interface IRepository<T>
{
    ITxUnit? Unit(T value);
}

public interface IReader<T>
{
    ITxUnit? Unit(T value);
}

public interface IWriter<T>
{
    ITxUnit? Unit(T value);
}

[UnitOfWork]
public sealed class Repository<T> : IRepository<T>, IReader<T>
{
    public ITxUnit? Unit(T value) => Tx.Current;
}

[UnitOfWork]
public class RepositoryItself<T> : IRepository<T>, IWriter<T>
{
    public virtual ITxUnit? Unit(T value) => Tx.Current;
}
