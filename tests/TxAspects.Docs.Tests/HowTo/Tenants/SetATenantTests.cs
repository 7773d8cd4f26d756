using Microsoft.EntityFrameworkCore;
using TxAspects.Docs.Tests.Notes;

namespace TxAspects.Docs.Tests.HowTo.Tenants;

/// <summary>docs/how-to/set-a-tenant.md</summary>
[TestClass]
public sealed class SetATenantTests : NotesTests
{
    private const string Role = """
        DO $$ BEGIN
            CREATE ROLE txaspects_docs_reader NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$;
        """;

    [TestMethod]
    public async Task Each_transaction_is_for_one_tenant()
    {
        var connectionString = ConnectionString;
        await using var notes = PostgresConnect.Create<NotesContext>(connectionString, new()
        {
            Name = "notes",
            Variables = variables => variables.Set("app.tenant", () => CurrentTenant.Id),
        });

        CurrentTenant.Id = "blue";

        Assert.AreEqual("blue", await TenantAsync(notes));
        CurrentTenant.Id = "green";
        Assert.AreEqual("green", await TenantAsync(notes));
        CurrentTenant.Id = null;
        await Assert.ThrowsExactlyAsync<TransactionVariableException>(() => TenantAsync(notes));
    }

    [TestMethod]
    public async Task Variables_are_asked_for_once_and_their_values_for_each_transaction()
    {
        int variables = 0, values = 0;
        await using var notes = PostgresConnect.Create<NotesContext>(ConnectionString, new()
        {
            Name = "notes",
            Variables = all =>
            {
                variables++;
                all.Set("app.tenant", () => $"{++values}");
            },
        });

        Assert.AreEqual("1", await TenantAsync(notes));
        Assert.AreEqual("2", await TenantAsync(notes));
        Assert.AreEqual(1, variables);
    }

    [TestMethod]
    public async Task Policy_shows_each_tenant_its_own_rows()
    {
        await using var notes = PostgresConnect.Create<NotesContext>(ConnectionString, new()
        {
            Name = "notes",
            Variables = variables => variables.Set("app.tenant", () => CurrentTenant.Id).Set("role", () => "txaspects_docs_reader"),
        });
        await using (var owner = PostgresConnect.Create<NotesContext>(ConnectionString, "owner"))
        await using (var db = await Tx.NewSessionAsync(owner))
        {
            await db.Database.ExecuteSqlRawAsync(Role);
            await db.Database.ExecuteSqlRawAsync(Policy());
            await db.Database.ExecuteSqlRawAsync("GRANT SELECT, INSERT ON \"Notes\" TO txaspects_docs_reader");
            await db.CommitAsync();
        }

        CurrentTenant.Id = "blue";
        await Tx.RunAsync(() => new NoteService(notes).WriteAsync("hello"));
        CurrentTenant.Id = "green";
        var seen = await Tx.RunAsync(async () => await (await Tx.SessionAsync(notes)).Notes.CountAsync());

        Assert.AreEqual(0, seen);
        Assert.AreEqual("hello", await TextsAsync());
    }

    private static string Policy()
    {
        var page = Repository.Read("docs/how-to/set-a-tenant.md");
        var start = page.IndexOf("```sql\n", StringComparison.Ordinal) + "```sql\n".Length;
        return page[start..page.IndexOf("\n```", start, StringComparison.Ordinal)];
    }

    private static Task<string> TenantAsync(DbConnect<NotesContext> notes) => Tx.RunAsync(async () =>
    {
        var db = await Tx.SessionAsync(notes);
        return await db.Database.SqlQuery<string>($"SELECT current_setting('app.tenant') AS \"Value\"").SingleAsync();
    });
}
