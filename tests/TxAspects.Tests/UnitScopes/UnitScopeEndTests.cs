using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TxAspects.Tests;

/// <summary>When the scope of a unit ends, and what may fail then.</summary>
/// <remarks>Its options hold for the process, so other tests would use them at the same time, and set their own.</remarks>
[TestClass]
[DoNotParallelize]
public sealed class UnitScopeEndTests : DatabaseTests
{
    private readonly List<string> _log = [];
    private readonly LogRecorder _messages = new();

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Scope_is_disposed_after_the_outcome_and_before_the_hooks_after_it(bool async)
    {
        await using var provider = Build();
        var work = provider.GetRequiredService<IWork>();

        if (async)
            await work.HookAsync();
        else
            work.Hook();

        Assert.AreEqual("Committed,disposed outside,hook", string.Join(',', _log));
        Assert.AreEqual("row", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Disposal_that_fails_is_logged_and_the_outcome_stands()
    {
        await using var provider = Build();

        await provider.GetRequiredService<IWork>().FailDisposalAsync();

        var message = _messages.Messages.Single(one => one.EventId is 60);
        Assert.AreEqual(LogLevel.Error, message.Level);
        Assert.AreEqual("Disposing the scope in which the services of unit of work 'Work.FailDisposalAsync' lived failed; its outcome stands.",
            message.Text);
        Assert.AreEqual("row", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Synchronous_unit_refuses_a_target_that_is_only_asynchronously_disposable()
    {
        await using var provider = Build();
        var refused = Assert.ThrowsExactly<SynchronousUseException>(provider.GetRequiredService<IAsyncOnly>().Run);

        Assert.AreEqual(
            "'AsyncOnly' can only be disposed asynchronously, and the unit of work 'AsyncOnly.Run' in whose scope it lives is synchronous. " +
            "Implement IDisposable as well, or make the method asynchronous.",
            refused.Message);
        Assert.AreEqual("", await Master.ItemsAsync());

        await provider.GetRequiredService<IAsyncOnly>().RunAsync();
        Assert.AreEqual("row", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Proxy_disposes_nothing()
    {
        await using var provider = Build();
        using (var scope = provider.CreateScope())
        {
            Assert.IsFalse(scope.ServiceProvider.GetRequiredService<IWork>() is IDisposable);
            scope.ServiceProvider.GetRequiredService<IClosing>().Dispose();
        }

        await Tx.RunAsync(() =>
        {
            var closing = provider.GetRequiredService<IClosing>();
            closing.Use();
            closing.Dispose();
            Assert.AreEqual("", string.Join(',', _log));
            return Task.CompletedTask;
        });

        Assert.AreEqual("Committed,closed", string.Join(',', _log));
    }

    private ServiceProvider Build() => Providers.Build(
        services => services
            .AddSingleton(_log)
            .AddTransient(_ => Tx.Session(Connect))
            .AddUnitScoped<IWork, Work>()
            .AddUnitScoped<IAsyncOnly, AsyncOnly>()
            .AddUnitScoped<IClosing, Closing>(),
        options =>
        {
            options.LoggerFactory = _messages;
            options.OnEnded = outcome => _log.Add($"{outcome.State}");
        });

    public interface IWork
    {
        [UnitOfWork]
        Task HookAsync();

        [UnitOfWork]
        void Hook();

        [UnitOfWork]
        Task FailDisposalAsync();
    }

    public interface IAsyncOnly
    {
        [UnitOfWork]
        void Run();

        [UnitOfWork]
        Task RunAsync();
    }

    public interface IClosing : IDisposable
    {
        void Use();
    }

    public sealed class Closing(List<string> log) : IClosing
    {
        public void Use()
        {
        }

        public void Dispose() => log.Add("closed");
    }

    public sealed class AsyncOnly(ShopContext db) : IAsyncOnly, IAsyncDisposable
    {
        public void Run() => db.Orders.Add(new Order { Item = "row" });

        public Task RunAsync()
        {
            Run();
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => default;
    }

    public sealed class Work(ShopContext db, List<string> log) : IWork, IDisposable
    {
        private bool _fails;

        public Task HookAsync()
        {
            Hook();
            return Task.CompletedTask;
        }

        public void Hook()
        {
            db.Orders.Add(new Order { Item = "row" });
            Tx.OnCommitted(() => log.Add("hook"));
        }

        public Task FailDisposalAsync()
        {
            _fails = true;
            Hook();
            return Task.CompletedTask;
        }

        public void Dispose()
        {
            log.Add($"disposed {(Tx.IsOpen ? "inside" : "outside")}");
            if (_fails)
                throw new OutOfStockException();
        }
    }
}
