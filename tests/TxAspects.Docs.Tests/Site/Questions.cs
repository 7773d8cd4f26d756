namespace TxAspects.Docs.Tests.Site;

/// <summary>What newcomers ask, in their words, and the page that answers.</summary>
internal static class Questions
{
    public static IEnumerable<object[]> All =>
    [
        ["log SQL", "docs/how-to/log-sql.html"],
        ["run migrations", "docs/how-to/run-migrations.html"],
        ["two databases", "docs/how-to/use-two-databases.html"],
        ["test with rollback", "docs/how-to/test-with-rollback.html"],
        ["why did it roll back", "docs/how-to/find-why-it-rolled-back.html"],
        ["set a tenant", "docs/how-to/set-a-tenant.html"],
        ["retry on deadlock", "docs/how-to/retry-on-deadlock.html"],
        ["without Autofac", "docs/how-to/use-without-autofac.html"],
        ["see transactions in Grafana", "docs/how-to/see-transactions-in-grafana.html"],
        ["keep an audit row", "docs/how-to/keep-an-audit-row.html"],
    ];
}
