using TxAspects.Testing.Servers;

namespace TxAspects.Testing.Tests;

/// <summary>A folder with the real 'postgres' and an 'initdb' that counts its runs.</summary>
internal sealed class CountingPrograms : IDisposable
{
    private const UnixFileMode Everything = (UnixFileMode)0b111_111_111;

    private readonly TestFolder _folder = new();

    public CountingPrograms(string? initDb = null)
    {
        var real = PostgresBinaries.Find(folder: null);
        File.CreateSymbolicLink(Path.Combine(Folder, "postgres"), real.Postgres);
        Write("runs", "");
        Write("initdb", $"#!/bin/sh\necho run >>'{Runs}'\n{initDb ?? $"exec '{real.InitDb}' \"$@\""}\n");
    }

    public string Folder => _folder.Path;

    public int InitDbRuns => File.ReadAllLines(Runs).Length;

    private string Runs => Path.Combine(Folder, "runs");

    public void Dispose() => _folder.Dispose();

    // The server's user runs and counts, whoever that is.
    private void Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, Everything);
    }
}
