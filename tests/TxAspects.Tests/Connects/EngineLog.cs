using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>Makes engines that all reach the test's database, whatever host they are made for, and remembers them.</summary>
public sealed class EngineLog(TestDatabase database)
{
    private readonly List<(string Host, NpgsqlDataSource Engine)> _made = [];    // lock on it: first uses may be parallel

    /// <summary>Thrown in place of the next engine.</summary>
    public Exception? NextFailure { get; set; }

    /// <summary>The hosts engines were made for, in order.</summary>
    public string Hosts
    {
        get
        {
            lock (_made)
                return string.Join(",", _made.Select(one => one.Host));
        }
    }

    public DbConnect<ShopContext> Connect(
        string? host = "first",
        Func<DbConnect<ShopContext>, CancellationToken, ValueTask>? before = null,
        Action<DbContextOptionsBuilder<ShopContext>, NpgsqlDataSource>? configure = null) => new(new DbConnectOptions<ShopContext>
        {
            Name = "logged",
            Host = host,
            Driver = new PostgresDriver(),
            CreateEngine = Create,
            ConfigureSession = (builder, engine) =>
            {
                builder.UseNpgsql(engine);
                configure?.Invoke(builder, (NpgsqlDataSource)engine);
            },
            BeforeCreateSession = before,
        });

    public bool IsDisposed(string host)
    {
        NpgsqlDataSource engine;
        lock (_made)
            engine = _made.Single(one => one.Host == host).Engine;

        try
        {
            engine.OpenConnection().Dispose();
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private NpgsqlDataSource Create(string host)
    {
        if (NextFailure is { } failure)
        {
            NextFailure = null;
            throw failure;
        }

        var engine = database.CreateEngine(new NpgsqlConnectionStringBuilder(database.ConnectionString).Host!);
        lock (_made)
            _made.Add((host, engine));
        return engine;
    }
}
