using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace TxAspects.Docs.Tests.Site;

/// <summary>The site, built by eng/docs from the assemblies beside these tests, and served on loopback.</summary>
internal sealed class ServedSite : IAsyncDisposable
{
    private readonly WebApplication _server;

    private ServedSite(WebApplication server) => _server = server;

    public static string Folder { get; } = Path.Combine(Repository.Root, "artifacts", "site");

    public string Address => _server.Urls.Single();

    /// <summary>The pages that people write, by address; the reference is not among them.</summary>
    public static IReadOnlyList<string> Pages
        => [.. Directory.EnumerateFiles(Folder, "*.html", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/'))
            .Where(page => !page.StartsWith("api/", StringComparison.Ordinal) && !page.EndsWith("toc.html", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    /// <summary>Builds it. Broken links, broken anchors and missing references end it with a code other than 0.</summary>
    public static async Task<(int Code, string Text)> BuildAsync()
    {
        using var build = Process.Start(new ProcessStartInfo("bash", ["eng/docs", "--build", "--no-compile"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = build.StandardOutput.ReadToEndAsync();
        var error = build.StandardError.ReadToEndAsync();
        await build.WaitForExitAsync();
        return (build.ExitCode, await output + await error);
    }

    public static async Task<ServedSite> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.UseFileServer(new FileServerOptions
        {
            FileProvider = new PhysicalFileProvider(Folder),
            StaticFileOptions = { ServeUnknownFileTypes = true },
        });
        await server.StartAsync();
        return new ServedSite(server);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
