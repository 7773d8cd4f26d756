namespace TxAspects.Tests.GettingStarted;

/// <summary>Declarations that cannot work.</summary>
public static class Mistaken
{
    public interface IInInterface
    {
        [UnitOfWork]
        Task PlaceAsync(DbConnect<ShopContext> connect);
    }

    public sealed class InInterface : IInInterface
    {
        public async Task PlaceAsync(DbConnect<ShopContext> connect) => await Tx.SessionAsync(connect);
    }

    public class NotVirtual
    {
        [UnitOfWork]
        public Task PlaceAsync() => Task.CompletedTask;
    }

    public sealed class InNoInterface : IDisposable
    {
        [UnitOfWork]
        public Task PlaceAsync() => Task.CompletedTask;

        public void Dispose()
        {
        }
    }

    public class AsyncVoid
    {
        [UnitOfWork]
        public virtual async void Place() => await Task.Yield();
    }

    public class Lazy
    {
        [UnitOfWork]
        public virtual IQueryable<Order> Orders() => Enumerable.Empty<Order>().AsQueryable();
    }
}
