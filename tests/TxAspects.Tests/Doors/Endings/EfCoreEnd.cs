using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>EF Core's own ways to end a transaction.</summary>
public enum EfCoreEnd
{
    FacadeAsync,
    Facade,
    TransactionAsync,
    Transaction,
}

public static class EfCoreEndExtensions
{
    public static Task CommitAsync(this EfCoreEnd way, DbContext db) => way switch
    {
        EfCoreEnd.FacadeAsync => db.Database.CommitTransactionAsync(),
        EfCoreEnd.TransactionAsync => db.Database.CurrentTransaction!.CommitAsync(),
        EfCoreEnd.Facade => Now(db.Database.CommitTransaction),
        _ => Now(db.Database.CurrentTransaction!.Commit),
    };

    public static Task RollbackAsync(this EfCoreEnd way, DbContext db) => way switch
    {
        EfCoreEnd.FacadeAsync => db.Database.RollbackTransactionAsync(),
        EfCoreEnd.TransactionAsync => db.Database.CurrentTransaction!.RollbackAsync(),
        EfCoreEnd.Facade => Now(db.Database.RollbackTransaction),
        _ => Now(db.Database.CurrentTransaction!.Rollback),
    };

    private static Task Now(Action end)
    {
        end();
        return Task.CompletedTask;
    }
}
