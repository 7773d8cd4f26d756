namespace TxAspects.Testing.Servers.Processes;

/// <summary>
/// Says in our own words why a program did not start. What it wrote may quote settings, and with them passwords, so none of it is
/// repeated.
/// </summary>
internal static class StartFailure
{
    public const string LostPort = "could not bind";

    private static readonly (string Sign, string Cause)[] Causes =
    [
        (LostPort, "Another program has taken its port."),
        ("No space left on device", "The disk is full."),
        ("Disk quota exceeded", "The disk quota is used up."),
        ("Permission denied", "Its account was denied access to something that it needs."),
        ("Operation not permitted", "The system does not permit something that it needs."),
        ("shared memory", "It did not get the shared memory that it needs."),
        ("Cannot allocate memory", "There is not enough memory."),
        ("could not access file", "A file that its settings name was not found."),
        ("cannot be run as root", "It refuses to run as root."),
    ];

    /// <param name="log">What the program wrote.</param>
    /// <param name="settings">The names of settings that the caller gave.</param>
    public static string Explain(string log, IEnumerable<string> settings)
    {
        var found = Causes
            .Where(cause => log.Contains(cause.Sign, StringComparison.OrdinalIgnoreCase))
            .Select(cause => cause.Cause)
            .ToList();
        var named = settings.Where(name => log.Contains($"\"{name}\"", StringComparison.OrdinalIgnoreCase)).ToArray();
        if (named.Length > 0)
            found.Add($"It complained about the setting {string.Join(", ", named.Select(name => $"'{name}'"))}.");
        if (log.Length > 0)
            found.Add($"What it wrote is in {nameof(PostgresStartException.Log)}.");
        return string.Join(' ', found);
    }
}
