using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TxAspects.Docs.Tests.Notes;

namespace TxAspects.Docs.Tests.HowTo;

/// <summary>docs/how-to/use-without-autofac.md</summary>
[TestClass]
public sealed class UseWithoutAutofacTests : NotesTests
{
    [TestMethod]
    public async Task Host_proxies_whatever_is_registered()
    {
        var connectionString = ConnectionString;

        var builder = Host.CreateApplicationBuilder();
        builder.AddTxAspects();
        builder.Services.AddTxConnect("notes", PostgresConnect.Create<NotesContext>, connectionString);
        builder.Services.AddScoped<INoteService, NoteService>();
        using var host = builder.Build();

        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<INoteService>().WriteAsync("hello");

        Assert.AreEqual("hello", await TextsAsync());
    }

    [TestMethod]
    public async Task No_container_is_needed()
    {
        var connectionString = ConnectionString;

        await using var notes = PostgresConnect.Create<NotesContext>(connectionString, "notes");
        var service = new NoteService(notes);

        await Tx.RunAsync(() => service.WriteAsync("hello"));

        Assert.AreEqual("hello", await TextsAsync());
    }
}
