using TxAspects.Testing.Servers;

namespace TxAspects.Testing;

/// <summary>How to start a <see cref="TemporaryPostgres"/>.</summary>
public sealed class TemporaryPostgresOptions
{
    /// <summary>Server settings by name, as in postgresql.conf. They win over the defaults of <see cref="TemporaryPostgres"/>.</summary>
    public IDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The folder that holds 'postgres' and 'initdb'. Default: searched for, beginning with <c>TXASPECTS_PGBIN</c>.</summary>
    public string? BinariesFolder { get; init; }

    /// <summary>Where servers keep their data. Default: one folder per user in /dev/shm where that has 1 GB free, else among the
    /// temporary files.</summary>
    /// <remarks>
    /// Set it for more data than the machine has memory for. It is made where it is missing. It must be yours, and no other account may be
    /// able to change it or a folder on the way to it. A start as root runs the server as another user, who must be able to reach it.
    /// </remarks>
    public string? DataFolder { get; init; }

    /// <summary>What makes it a server of a cluster; null for one that stands alone.</summary>
    internal Replication? Replication { get; init; }

    /// <summary>How long a start may take, the first one's 'initdb' included. Default: 60 seconds.</summary>
    public TimeSpan StartTimeout
    {
        get;
        init => field = value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "StartTimeout must be positive.");
    } = TimeSpan.FromSeconds(60);
}
