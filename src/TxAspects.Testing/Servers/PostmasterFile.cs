namespace TxAspects.Testing.Servers;

/// <summary>Reads postmaster.pid, in which the server says how far it is.</summary>
internal static class PostmasterFile
{
    private const int StatusLine = 7;

    public static bool SaysReady(string data)
    {
        try
        {
            using var file = new FileStream(
                Path.Combine(data, "postmaster.pid"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            var lines = reader.ReadToEnd().Split('\n');
            return lines.Length > StatusLine && lines[StatusLine].Trim() is "ready" or "standby";
        }
        catch (IOException)
        {
            return false;
        }
    }
}
