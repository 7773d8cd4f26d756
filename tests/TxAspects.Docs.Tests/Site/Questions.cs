namespace TxAspects.Docs.Tests.Site;

/// <summary>What newcomers ask, in their words, and the page that answers.</summary>
internal static class Questions
{
    public static IEnumerable<object[]> All =>
    [
        ["How do I log SQL?", "docs/how-to/log-sql.html"],
        ["How do I run migrations?", "docs/how-to/run-migrations.html"],
        ["How do I use two databases?", "docs/how-to/use-two-databases.html"],
        ["How do I test with rollback?", "docs/how-to/test-with-rollback.html"],
        ["Why did it roll back?", "docs/how-to/find-why-it-rolled-back.html"],
        ["How do I set a tenant?", "docs/how-to/set-a-tenant.html"],
        ["How do I retry on deadlock?", "docs/how-to/retry-on-deadlock.html"],
        ["Can I use it without Autofac?", "docs/how-to/use-without-autofac.html"],
        ["How do I see transactions in Grafana?", "docs/how-to/see-transactions-in-grafana.html"],
        ["How do I keep an audit row?", "docs/how-to/keep-an-audit-row.html"],
    ];
}
