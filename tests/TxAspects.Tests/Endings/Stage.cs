using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>A connect of its own on which a branch will be held at one place, and the test's hand on it.</summary>
public sealed class Stage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestDatabase _database;
    private readonly HeldAt _at;
    private readonly Hold _hold = new();
    private readonly HoldingInterceptor _interceptor;
    private readonly OpenedInterceptor _opened;
    private readonly PoolMetrics _metrics;
    private FaultProxy? _relay;
    private DbConnection? _taken;
    private NpgsqlConnection? _lock;
    private bool _isSet;
    private int _openings;    // since then, of which the first gives the dead connection

    private Stage(TestDatabase database, HeldAt at, BranchUse use)
    {
        (_database, _at, Name) = (database, at, $"{at} {use} {Guid.NewGuid():n}"[..40]);
        _interceptor = new HoldingInterceptor(at, _hold);
        _opened = new OpenedInterceptor(
            () => at is HeldAt.OpenAgain && _isSet && ++_openings == 2 ? _hold.WaitAsync() : Task.CompletedTask);
        _metrics = new PoolMetrics(Name);
        Connect = new DbConnect<ShopContext>(new DbConnectOptions<ShopContext>
        {
            Name = "master",
            Host = new NpgsqlConnectionStringBuilder(database.ConnectionString).Host,
            CreateEngine = CreateEngine,
            ConfigureSession = (builder, engine) => builder.UseNpgsql(engine).UseModel(TestDatabase.Model)
                .AddInterceptors(IsSentAgain ? _opened : _interceptor),
            CheckIdleAfter = at is HeldAt.Checking ? TimeSpan.Zero : null,
            Driver = new PostgresDriver(),
            BeforeCreateSession = at is HeldAt.BeforeCreateSession ? (_, _) => new ValueTask(_hold.WaitAsync()) : null,
        });
        Branch = new HeldBranch(Connect, use, at, _hold);
    }

    /// <summary>The application name and the name of the pool.</summary>
    public string Name { get; }

    public DbConnect<ShopContext> Connect { get; }

    public HeldBranch Branch { get; }

    /// <summary>Commands of EF Core that the server has answered.</summary>
    public int Executed => _interceptor.Executed;

    // Where an interceptor of the application's sees commands, none is sent again.
    private bool IsSentAgain => _at is HeldAt.OpeningAgain or HeldAt.OpenAgain or HeldAt.SentAgain;

    public int PoolSize => _at is HeldAt.WaitingForConnection ? 1 : 3;

    public static async Task<Stage> SetAsync(TestDatabase database, HeldAt at, BranchUse use)
    {
        var stage = new Stage(database, at, use);
        if (at is HeldAt.BeginSent)
            stage._relay = FaultProxy.At("BEGIN", database, Fault.RequestDelayed, stage._hold.WaitAsync);
        if (at is HeldAt.Checking)
            stage._relay = FaultProxy.At("SELECT 1\0", database, Fault.RequestDelayed, stage._hold.WaitAsync);
        if (at is HeldAt.SentAgain)
            stage._relay = FaultProxy.At(stage.Branch.Item, database, Fault.RequestDelayed, stage._hold.WaitAsync);
        if (at is HeldAt.Checking || stage.IsSentAgain)
            await stage.FillPoolAsync();
        if (at is HeldAt.WaitingForConnection)
            stage._taken = await stage.Connect.OpenConnectionAsync();
        if (at is HeldAt.Running)
            await stage.LockAsync();
        stage._isSet = true;
        return stage;
    }

    /// <summary>Ends when the branch is held; fails where it ended before.</summary>
    public async Task ArriveAsync(Task branch)
    {
        if (_at is HeldAt.Running)
            await _database.WaitForBackendAsync($"application_name = '{Name}' AND wait_event = 'advisory'");
        else
            await Task.WhenAny(_at is HeldAt.WaitingForConnection ? _metrics.SomebodyWaits : _hold.Arrived, branch).WaitAsync(Patience);
        Assert.IsFalse(branch.IsCompleted, $"The branch was not held: {branch.Exception?.GetBaseException()}");
    }

    public async Task ReleaseAsync()
    {
        _hold.Release();
        if (_taken is not null)
            await _taken.DisposeAsync();
        if (_lock is not null)
            await _lock.DisposeAsync();
    }

    /// <summary>Fails where connections are not given back.</summary>
    public async Task AssertNothingIsLeftAsync()
    {
        for (var attempt = 0; _metrics.CountUsed() != 0; attempt++)
        {
            Assert.IsLessThan(300, attempt, $"{_metrics.CountUsed()} connections were not given back.");
            await _database.ExecuteAsync("SELECT pg_sleep(0.02)");
        }

        await _database.WaitForNoBackendAsync($"application_name = '{Name}' AND state LIKE 'idle in transaction%'");
    }

    public async ValueTask DisposeAsync()
    {
        await ReleaseAsync();
        await Connect.DisposeAsync();
        _metrics.Dispose();
        if (_relay is not null)
            await _relay.DisposeAsync();
    }

    private NpgsqlDataSource CreateEngine(string host)
    {
        var settings = new NpgsqlConnectionStringBuilder(_database.ConnectionString)
        {
            Host = _relay is null ? host : "127.0.0.1",
            ApplicationName = Name,
            MaxPoolSize = PoolSize,
            Timeout = 60,
        };
        if (_relay is not null)
            settings.Port = _relay.Port;
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = Name };
        if (_at is HeldAt.Opening or HeldAt.OpeningAgain)
            builder.UsePhysicalConnectionInitializer(_ => HoldOpening().Wait(Patience), _ => HoldOpening());
        return builder.Build();

        Task HoldOpening() => _isSet ? _hold.WaitAsync() : Task.CompletedTask;
    }

    /// <summary>One connection waits in the pool, dead where a command is to be sent again.</summary>
    private async Task FillPoolAsync()
    {
        var process = await Tx.RunAsync(async () => await TestDatabase.BackendAsync(await Tx.SessionAsync(Connect)));
        if (IsSentAgain)
            await _database.KillAsync(process);
    }

    private async Task LockAsync()
    {
        _lock = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Pooling = false }.ConnectionString);
        await _lock.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT pg_advisory_lock(hashtext($1))", _lock);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Branch.Item });
        await command.ExecuteNonQueryAsync();
    }
}
