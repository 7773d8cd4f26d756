using Autofac;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TxAspects.Tests;

/// <summary>
/// Services of a unit that can only be disposed asynchronously: a synchronous unit refuses them before it makes them, where they can be
/// seen.
/// </summary>
/// <remarks>Its options hold for the process, so other tests would use them at the same time, and set their own.</remarks>
[TestClass]
[DoNotParallelize]
public sealed class AsyncOnlyDisposalTests : DatabaseTests
{
    private readonly LogRecorder _messages = new();

    private int _made;
    private int _disposed;

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Dependency_of_a_dependency_is_refused_by_its_name_before_anything_is_made(bool isAutofac)
    {
        await using var container = Build(isAutofac, Lifetime.Scoped);

        var refused = Assert.ThrowsExactly<SynchronousUseException>(() => container.Work.Run());

        Assert.AreEqual(
            "'Pipe' can only be disposed asynchronously, and the unit of work 'Work.Run' in whose scope it lives " +
            "is synchronous. Implement IDisposable as well, or make the method asynchronous.",
            refused.Message);
        Assert.AreEqual("", await Master.ItemsAsync());
        Assert.AreEqual((0, 0), (_made, _disposed));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Dependency_of_a_service_that_is_proxied_is_seen_too(bool isAutofac)
    {
        await using var container = Build(isAutofac, Lifetime.Scoped);

        var refused = Assert.ThrowsExactly<SynchronousUseException>(container.Keeper.Keep);

        StringAssert.Contains(refused.Message, "'Pipe' can only be disposed asynchronously");
        Assert.AreEqual((0, 0), (_made, _disposed));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Asynchronous_unit_takes_and_disposes_it(bool isAutofac)
    {
        await using var container = Build(isAutofac, Lifetime.Scoped);

        await container.Work.RunAsync();

        Assert.AreEqual("row", await Master.ItemsAsync());
        Assert.AreEqual((1, 1), (_made, _disposed));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Synchronous_call_that_joins_an_asynchronous_unit_takes_it(bool isAutofac)
    {
        await using var container = Build(isAutofac, Lifetime.Scoped);

        await Tx.RunAsync(() =>
        {
            container.Work.Run();
            return Task.CompletedTask;
        });

        Assert.AreEqual("row", await Master.ItemsAsync());
        Assert.AreEqual((1, 1), (_made, _disposed));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task One_that_belongs_to_the_container_is_none_of_the_units(bool isAutofac)
    {
        await using (var container = Build(isAutofac, Lifetime.Singleton))
        {
            container.Work.Run();

            Assert.AreEqual("row", await Master.ItemsAsync());
            Assert.AreEqual((1, 0), (_made, _disposed));
        }

        Assert.AreEqual(1, _disposed);
    }

    [TestMethod]
    public async Task One_that_a_lambda_makes_is_seen_too_late_and_is_logged()
    {
        await using var container = Build(isAutofac: false, Lifetime.ByLambda);

        container.Work.Run();

        Assert.AreEqual("row", await Master.ItemsAsync());
        Assert.AreEqual(1, _messages.Messages.Count(one => one.EventId is 60));
    }

    private Built Build(bool isAutofac, Lifetime lifetime)
    {
        if (!isAutofac)
        {
            var provider = Providers.Build(
                services =>
                {
                    services
                        .AddSingleton(this).AddTransient(_ => Tx.InjectedSession(Connect))
                        .AddScoped(typeof(IBox<>), typeof(Box<>)).AddUnitScoped<IWork, Work>()
                        .AddScoped<IStore, Store>().AddUnitScoped<IKeeper, Keeper>();
                    _ = lifetime switch
                    {
                        Lifetime.Scoped => services.AddScoped<Pipe>(),
                        Lifetime.Singleton => services.AddSingleton<Pipe>(),
                        _ => services.AddScoped(_ => new Pipe(this)),
                    };
                },
                options => options.LoggerFactory = _messages);
            return new Built(provider, provider.GetRequiredService<IWork>(), provider.GetRequiredService<IKeeper>());
        }

        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule(options => options.LoggerFactory = _messages));
        builder.RegisterInstance(this).ExternallyOwned();
        builder.Register(_ => Tx.InjectedSession(Connect)).ExternallyOwned();
        builder.RegisterGeneric(typeof(Box<>)).As(typeof(IBox<>));
        builder.RegisterType<Work>().As<IWork>().InstancePerUnit();
        builder.RegisterType<Store>().As<IStore>().InstancePerLifetimeScope();
        builder.RegisterType<Keeper>().As<IKeeper>().InstancePerUnit();
        _ = lifetime is Lifetime.Singleton
            ? builder.RegisterType<Pipe>().SingleInstance()
            : builder.RegisterType<Pipe>().InstancePerLifetimeScope();
        var container = builder.Build();
        return new Built(container, container.Resolve<IWork>(), container.Resolve<IKeeper>());
    }

    private sealed class Built(IAsyncDisposable container, IWork work, IKeeper keeper) : IAsyncDisposable
    {
        public IWork Work => work;

        public IKeeper Keeper => keeper;

        public ValueTask DisposeAsync() => container.DisposeAsync();
    }

    private enum Lifetime
    {
        Scoped,
        Singleton,
        ByLambda,
    }

    public interface IWork
    {
        [UnitOfWork]
        void Run();

        [UnitOfWork]
        Task RunAsync();
    }

    public interface IStore
    {
        [UnitOfWork]
        void Put();
    }

    public interface IKeeper
    {
        [UnitOfWork]
        void Keep();
    }

    public interface IBox<T>
    {
        T Content { get; }
    }

    public sealed class Box<T>(T content) : IBox<T>
    {
        public T Content => content;
    }

    public sealed class Pipe : IAsyncDisposable
    {
        private readonly AsyncOnlyDisposalTests _tests;

        public Pipe(AsyncOnlyDisposalTests tests)
        {
            _tests = tests;
            _tests._made++;
        }

        public ValueTask DisposeAsync()
        {
            _tests._disposed++;
            return default;
        }
    }

    public sealed class Work(ShopContext db, IBox<Pipe> pipe) : IWork
    {
        public void Run() => db.Orders.Add(new Order { Item = pipe.Content is null ? "none" : "row" });

        public Task RunAsync()
        {
            Run();
            return Task.CompletedTask;
        }
    }

    public sealed class Store(Pipe pipe) : IStore
    {
        public void Put() => Assert.IsNotNull(pipe);
    }

    public sealed class Keeper(IStore store) : IKeeper
    {
        public void Keep() => store.Put();
    }
}
