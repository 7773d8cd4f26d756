using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>Every path that fails, each with secrets in whatever it handles.</summary>
public abstract class SecretPaths : DatabaseTests
{
    protected const string Password = "pa55-hunter2";
    protected const string Tenant = "tenant-of-acme";
    protected const string Card = "4111222233334444";
    protected const int CardSlot = 411122223;

    protected TxAspectsOptions Options { get; } = new();

    [Path]
    public async Task WrongPassword()
    {
        await using var connect = Master.Create(configure: settings => settings.Password = Password);
        await Tx.RunAsync(() => InsertAsync(Tenant, connect));
    }

    [Path]
    public Task BrokenConnectionString()
        => PostgresConnect.Create<ShopContext>($"Host=127.0.0.1;Password=a;{Password};b").DisposeAsync().AsTask();

    [Path]
    public Task ConnectionStringWithAnUnknownSetting()
        => PostgresConnect.Create<ShopContext>($"Host=127.0.0.1;Password=a;{Password}=b").DisposeAsync().AsTask();

    [Path]
    public Task ConnectionStringWithABadValue()
        => PostgresConnect.CreateCluster<ShopContext>($"Host=127.0.0.1;Port={Password}").DisposeAsync().AsTask();

    [Path]
    public Task SettingThatIsLostThroughAPooler()
        => PostgresConnect.Create<ShopContext>(
                $"Host=127.0.0.1;Password={Password};Options=-c my.tenant={Tenant}", new() { ThroughPgBouncer = true })
            .DisposeAsync().AsTask();

    [Path]
    public Task EngineThatCannotBeMade()
        => Tx.RunAsync(async () =>
        {
            await using var connect = Create(createEngine: _ => throw Secret());
            await SwallowAsync(() => InsertAsync(Tenant, connect));
            throw Secret();
        });

    [Path]
    public async Task HostThatCannotBeChosen()
    {
        await using var connect = Create(beforeCreateSession: () => throw Secret());
        await Tx.RunAsync(() => InsertAsync(Tenant, connect));
    }

    [Path]
    public Task InnerCallThatFailsAndIsSwallowed()
        => Tx.RunAsync(async () =>
        {
            await InsertAsync("tea");
            await SwallowAsync(() => Tx.RunAsync(() => Task.FromException(Secret())));
        });

    [Path]
    public Task UserExceptionThatLeavesTheUnit() => Tx.RunAsync(() => Task.FromException(Secret()));

    [Path]
    public Task NestedCallThatFails()
        => Tx.RunAsync(async () =>
        {
            await InsertAsync("tea");
            await SwallowAsync(
                () => Tx.RunAsync(() => Task.FromException(Secret()), new UnitOfWorkOptions { Propagation = Propagation.Nested }));
        });

    [Path]
    public async Task FailedCommandOfASave()
    {
        await Tx.RunAsync(() => AddSecretAsync());
        await Tx.RunAsync(async () => await SwallowAsync(() => Tx.RunAsync(async () =>
        {
            await AddSecretAsync();
            await (await Tx.SessionAsync(Connect)).SaveChangesAsync();
        })));
    }

    [Path]
    public Task FailedCommandWithAValueInItsText()
        => Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SwallowAsync(() => db.Database.ExecuteSqlRawAsync($"SELECT 'card {Card} of {Tenant}'::int"));
        });

    [Path]
    public async Task CommitThatADeferredConstraintRefuses()
    {
        await Tx.RunAsync(() => AddAsync(new Order { Item = Tenant, Slot = CardSlot }));
        await Tx.RunAsync(() => AddAsync(new Order { Item = Tenant, Slot = CardSlot }), new UnitOfWorkOptions { Name = "second" });
    }

    [Path]
    public async Task CommitInPart()
    {
        var archive = await CreateArchiveAsync();
        await Tx.RunAsync(() => AddAsync(new Order { Item = Tenant, Slot = CardSlot }, archive.Connect));
        await Tx.RunAsync(async () =>
        {
            await InsertAsync(Tenant);
            await AddAsync(new Order { Item = Tenant, Slot = CardSlot }, archive.Connect);
        });
    }

    [Path]
    public async Task CommitOnThatCannotCommit()
    {
        await Tx.RunAsync(() => AddAsync(new Order { Item = Tenant, Slot = CardSlot }));
        await Tx.RunAsync(
            async () =>
            {
                await AddAsync(new Order { Item = Tenant, Slot = CardSlot });
                throw Secret();
            },
            new UnitOfWorkOptions { CommitOn = [typeof(InvalidOperationException)] });
    }

    [Path]
    public async Task CommitWhoseAnswerIsLost()
    {
        await using var proxy = FaultProxy.AtCommit(Master, Fault.ReplyLost);
        await using var connect = proxy.Connect(Master);
        await Tx.RunAsync(() => InsertAsync(Tenant, connect));
    }

    [Path]
    public async Task CommitWhoseMarkerCannotBeLookedUp()
    {
        await using var proxy = FaultProxy.AtCommit(Master, Fault.ReplyLost);
        await using var connect = proxy.Connect(
            Master, markers: new PostgresCommitMarkers { Table = "nowhere", Timeout = TimeSpan.FromMilliseconds(300) });
        await Tx.RunAsync(() => InsertAsync(Tenant, connect));
    }

    [Path]
    public Task RollbackThatFails()
        => Tx.RunAsync(async () =>
        {
            await InsertAsync(Tenant);
            var db = await Tx.SessionAsync(Connect);
            await Master.KillAsync((await db.Database.SqlQueryRaw<int>("SELECT pg_backend_pid() AS \"Value\"").ToListAsync()).Single());
            throw Secret();
        });

    [Path]
    public Task HooksThatThrowAfterTheEnd()
        => Tx.RunAsync(() =>
        {
            Tx.OnCommitted(() => throw Secret());
            Tx.OnCommitted(() => Task.FromException(Secret()));
            return Task.CompletedTask;
        });

    [Path]
    public Task HookThatThrowsBeforeTheCommit()
        => Tx.RunAsync(() =>
        {
            Tx.OnCommitting(() => throw Secret());
            Tx.OnRolledBack(() => throw Secret());
            return Task.CompletedTask;
        });

    [Path]
    public Task ObserverThatThrows()
    {
        Options.OnEnded += _ => throw Secret();
        return Tx.RunAsync(() => InsertAsync(Tenant));
    }

    [Path]
    public Task AttemptThatIsRepeated()
        => Tx.RunAsync(
            async () => await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync(
                $"DO $$ BEGIN RAISE EXCEPTION 'card {Card} of {Tenant}' USING ERRCODE = '40001'; END $$"),
            new UnitOfWorkOptions { MaxRetries = 1 });

    [Path]
    public Task ResultThatMeansFailure()
        => Tx.RunAsync(() => Task.FromResult($"{Tenant} {Card}"), new UnitOfWorkOptions().RollbackWhen<string>(_ => true));

    [Path]
    public Task WriteInAReadOnlyUnit() => Tx.RunAsync(() => AddSecretAsync(), new UnitOfWorkOptions { ReadOnly = true });

    [Path]
    public Task TimeThatIsUp()
        => Tx.RunAsync(
            async () => await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync($"SELECT pg_sleep(30) /* {Card} */"),
            new UnitOfWorkOptions { TimeoutSeconds = 0.2 });

    [Path]
    public async Task SessionThatIsKept()
    {
        ShopContext? kept = null;
        await Tx.RunAsync(async () => kept = await Tx.SessionAsync(Connect));
        kept!.Orders.Add(new Order { Item = Tenant, Code = Card });
        await kept.SaveChangesAsync();
    }

    [Path]
    public Task SessionThatIsDisposed()
        => Tx.RunAsync(async () =>
        {
            await InsertAsync(Tenant);
            await (await Tx.SessionAsync(Connect)).DisposeAsync();
        });

    [Path]
    public Task BranchesOnOneSession()
        => Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => db.Database.ExecuteSqlRawAsync($"SELECT pg_sleep(0.3) /* {Card} */")));
        });

    [Path]
    public Task TransactionThatUserCodeEnds()
        => Tx.RunAsync(async () =>
        {
            await InsertAsync(Tenant);
            await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync($"ROLLBACK /* {Card} */");
        });

    [Path]
    public async Task TwoPhasesThatCannotBe()
    {
        var archive = await CreateArchiveAsync();
        await using var first = Master.Create(twoPhase: new PostgresTwoPhase());
        await using var second = archive.Create(name: "archive", twoPhase: new PostgresTwoPhase());
        await Tx.RunAsync(
            async () =>
            {
                await InsertAsync(Tenant, first);
                await InsertAsync(Tenant, second);
            },
            new UnitOfWorkOptions { CommitMode = CommitMode.TwoPhase });
    }

    [Path]
    public async Task ScopeThatIsNotCompleted()
    {
        await using var scope = Tx.Open();
        await InsertAsync(Tenant);
    }

    [Path]
    public async Task ScopeThatIsFailed()
    {
        await using var scope = Tx.Open();
        await InsertAsync(Tenant);
        await scope.FailAsync(Secret());
    }

    [Path]
    public Task AtomicBlockThatFails()
        => Tx.RunAsync(async () =>
        {
            await InsertAsync("tea");
            await SwallowAsync(() => Tx.AtomicAsync(Connect, _ => Task.FromException(Secret()), WhenInTransaction.Join));
        });

    [Path]
    public Task EarlyCommitThatFails()
        => Tx.RunAsync(async () =>
        {
            await AddAsync(new Order { Item = Tenant, Slot = CardSlot });
            await AddAsync(new Order { Item = Tenant, Slot = CardSlot });
            await SwallowAsync(() => Tx.CommitAsync(Connect));
        });

    protected static async Task<Exception?> CatchAsync(Func<Task> body)
    {
        try
        {
            await body();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private static Exception Secret() => new InvalidOperationException($"{Password} {Tenant} {Card}");

    private static async Task SwallowAsync(Func<Task> body) => Assert.IsNotNull(await CatchAsync(body));

    private DbConnect<ShopContext> Create(Func<string, DbDataSource>? createEngine = null, Action? beforeCreateSession = null)
        => new(new DbConnectOptions<ShopContext>
        {
            Name = "master",
            Host = "127.0.0.1",
            Driver = new PostgresDriver(),
            CreateEngine = createEngine ?? (host => Master.CreateEngine(host)),
            ConfigureSession = (builder, engine) => builder.UseNpgsql(engine),
            BeforeCreateSession = (_, _) =>
            {
                beforeCreateSession?.Invoke();
                return default;
            },
        });

    private Task AddSecretAsync() => AddAsync(new Order { Item = Tenant, Code = Card, Slot = CardSlot });

    private async Task AddAsync(Order order, DbConnect<ShopContext>? connect = null)
        => (await Tx.SessionAsync(connect ?? Connect)).Orders.Add(order);

    [AttributeUsage(AttributeTargets.Method)]
    protected sealed class PathAttribute : Attribute;
}
