using Microsoft.Playwright;

namespace SampleWeb.Tests;

/// <summary>The machine's own Chromium, without a window.</summary>
internal static class Browser
{
    private const string PathVariable = "TXASPECTS_CHROMIUM";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

    private static readonly string[] Arguments =
        ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync"];

    /// <summary>Starts it. Where there is none the test is inconclusive, and says what to install.</summary>
    public static async Task<IBrowser> StartAsync(IPlaywright playwright)
        => await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Find(), Args = Arguments });

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named)
            return named;

        var found = from folder in (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                    from name in Names
                    let path = Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name)
                    where File.Exists(path)
                    select path;
        if (found.FirstOrDefault() is { } first)
            return first;

        Assert.Inconclusive($"No Chromium was found, so the page was not tested. Install the package 'chromium', or set {PathVariable} " +
                            "to a Chromium or Chrome.");
        return "";
    }
}
