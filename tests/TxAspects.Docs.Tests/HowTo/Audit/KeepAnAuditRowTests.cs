using Autofac;
using TxAspects.Docs.Tests.Notes;

namespace TxAspects.Docs.Tests.HowTo.Audit;

/// <summary>docs/how-to/keep-an-audit-row.md</summary>
[TestClass]
public sealed class KeepAnAuditRowTests : NotesTests
{
    [TestMethod]
    public async Task Audit_row_stays_when_the_note_is_rolled_back()
    {
        var connectionString = ConnectionString;

        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule());
        builder.AddTxConnect("notes", PostgresConnect.Create<NotesContext>, connectionString);
        builder.RegisterType<AuditTrail>().As<IAuditTrail>();
        builder.RegisterType<CarefulNoteService>().As<INoteService>();
        await using var container = builder.Build();

        await Assert.ThrowsExactlyAsync<ArgumentException>(() => container.Resolve<INoteService>().WriteAsync(new string('x', 101)));

        StringAssert.StartsWith(await TextsAsync(), "somebody writes xxx");
    }
}
