namespace SampleWeb;

/// <summary>Where the shop is, and where its rows are.</summary>
public sealed record WebShopOptions
{
    public const int DefaultPort = 5080;

    public const int DefaultPool = 16;

    /// <summary>The database. Its tables are made when missing.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>On loopback only. 0 takes any that is free.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>The most connections to the database.</summary>
    public int PoolSize { get; init; } = DefaultPool;
}
