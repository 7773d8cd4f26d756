using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>EF Core's own ways to end a transaction.</summary>
public enum EndedBy
{
    FacadeAsync,
    Facade,
    TransactionAsync,
    Transaction,
}

public static class EndedByExtensions
{
    public static Task CommitAsync(this EndedBy way, DbContext db) => way switch
    {
        EndedBy.FacadeAsync => db.Database.CommitTransactionAsync(),
        EndedBy.TransactionAsync => db.Database.CurrentTransaction!.CommitAsync(),
        EndedBy.Facade => Now(db.Database.CommitTransaction),
        _ => Now(db.Database.CurrentTransaction!.Commit),
    };

    public static Task RollbackAsync(this EndedBy way, DbContext db) => way switch
    {
        EndedBy.FacadeAsync => db.Database.RollbackTransactionAsync(),
        EndedBy.TransactionAsync => db.Database.CurrentTransaction!.RollbackAsync(),
        EndedBy.Facade => Now(db.Database.RollbackTransaction),
        _ => Now(db.Database.CurrentTransaction!.Rollback),
    };

    private static Task Now(Action end)
    {
        end();
        return Task.CompletedTask;
    }
}
