using Microsoft.EntityFrameworkCore;

namespace TxAspects.Docs.Tests.HowTo.TwoDatabases;

/// <summary>The table that a database needs for commits in two phases.</summary>
internal static class Decisions
{
    private const string Table = """
        CREATE TABLE txaspects_decisions (
            id uuid PRIMARY KEY,
            committed boolean NOT NULL,
            at timestamptz NOT NULL DEFAULT now());
        """;

    /// <summary>Creates it beside the tables of the connect.</summary>
    public static async Task CreateAsync<TContext>(DbConnect<TContext> connect)
        where TContext : DbContext
    {
        await connect.EnsureCreatedAsync();
        await using var db = await Tx.NewSessionAsync(connect);
        await db.Database.ExecuteSqlRawAsync(Table);
        await db.CommitAsync();
    }
}
