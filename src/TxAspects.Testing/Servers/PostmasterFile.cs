using System.Globalization;

namespace TxAspects.Testing.Servers;

/// <summary>Reads postmaster.pid, in which the server says how far it is.</summary>
internal static class PostmasterFile
{
    private const int StatusLine = 7;

    public static bool SaysReady(string data)
        => Read(data) is { Length: > StatusLine } lines && lines[StatusLine].Trim() is "ready" or "standby";

    /// <summary>The process of the server, or null where it was not started or has ended in order.</summary>
    public static int? ReadProcessId(string data)
        => Read(data) is [var first, ..] && int.TryParse(first, CultureInfo.InvariantCulture, out var id) ? id : null;

    private static string[] Read(string data)
    {
        try
        {
            using var file = new FileStream(
                Path.Combine(data, "postmaster.pid"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd().Split('\n');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
