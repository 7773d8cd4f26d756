using System.Text.RegularExpressions;
using Autofac;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Testing;

namespace TxAspects.Tests.GettingStarted;

/// <summary>The code of docs/getting-started.md stands here word for word and works.</summary>
[TestClass]
public sealed partial class GettingStartedPageTests
{
    [TestMethod]
    public void Every_example_is_compiled_here()
    {
        var folder = Path.Combine(ReadmeTests.RepositoryRoot(), "tests", "TxAspects.Tests", "Documents", "GettingStarted");
        var sources = string.Join('\n', Directory.EnumerateFiles(folder, "*.cs").Select(ReadUnindented));

        var examples = Example().Matches(ReadUnindented(Page())).Select(match => match.Groups[1].Value).ToArray();

        Assert.HasCount(3, examples);
        foreach (var example in examples)
            Assert.Contains(example, sources);
    }

    [TestMethod]
    public async Task Service_writes_with_Autofac()
    {
        await using var database = await TemporaryDatabase.CreateAsync(TestServer.Server);
        var connectionString = database.ConnectionString;

        var notes = PostgresConnect.Create<NotesContext>(connectionString, "notes");
        await notes.EnsureCreatedAsync();

        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule());
        builder.RegisterInstance(notes);
        builder.RegisterType<NoteService>().As<INoteService>();
        await using var container = builder.Build();

        await container.Resolve<INoteService>().WriteAsync("hello");

        Assert.AreEqual("hello", await TextAsync(notes));
    }

    [TestMethod]
    public async Task Service_writes_with_Microsofts_container()
    {
        await using var database = await TemporaryDatabase.CreateAsync(TestServer.Server);
        var connectionString = database.ConnectionString;
        await using (var connect = PostgresConnect.Create<NotesContext>(connectionString))
            await connect.EnsureCreatedAsync();

        var services = new ServiceCollection();
        services.AddTxConnect("notes", PostgresConnect.Create<NotesContext>, connectionString);
        services.AddScoped<INoteService, NoteService>();
        services.AddTxAspects();
        await using var provider = services.BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();

        await scope.ServiceProvider.GetRequiredService<INoteService>().WriteAsync("hello");

        Assert.AreEqual("hello", await TextAsync(provider.GetRequiredService<DbConnect<NotesContext>>()));
    }

    internal static string Page() => Path.Combine(ReadmeTests.RepositoryRoot(), "docs", "getting-started.md");

    private static async Task<string> TextAsync(DbConnect<NotesContext> notes)
    {
        await using var db = await Tx.NewSessionAsync(notes);
        return (await db.Notes.SingleAsync()).Text;
    }

    private static string ReadUnindented(string file) => Indentation().Replace(File.ReadAllText(file).ReplaceLineEndings("\n"), "");

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("^ +", RegexOptions.Multiline)]
    private static partial Regex Indentation();
}
