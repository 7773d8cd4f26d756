using System.Collections.Concurrent;
using Autofac;
using Autofac.Extensions.DependencyInjection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Tests of an application in whose units services are resolved, by one container or the other.</summary>
public abstract class ScopedWebTests : WebTests
{
    private int _markers;

    protected abstract bool IsAutofac { get; }

    /// <summary>One for each scope that asked for it.</summary>
    protected ConcurrentQueue<Marker> Markers { get; } = new();

    protected Task StartScopedAsync(Action<WebApplication> build, Action<IServiceCollection> register)
        => StartRawAsync(
            build,
            builder =>
            {
                builder.Services
                    .AddTransient(_ => Tx.InjectedSession(Connect))
                    .AddScoped<User>()
                    .AddScoped(_ => Mark());
                register(builder.Services);
                if (IsAutofac)
                    UseAutofac(builder);
                else
                    builder.AddTxAspects(options => options.Carry<User>()).Services.AddUnitScoped<INotes, Notes>();
            },
            proxies: false);

    private static void UseAutofac(WebApplicationBuilder builder)
    {
        builder.Host.UseServiceProviderFactory(new AutofacServiceProviderFactory());
        builder.Host.ConfigureContainer<ContainerBuilder>(container =>
        {
            container.RegisterModule(new TxAspectsModule(options => options.Carry<User>()));
            container.RegisterType<Notes>().As<INotes>().InstancePerUnit();
        });
    }

    private Marker Mark()
    {
        var marker = new Marker(Interlocked.Increment(ref _markers));
        Markers.Enqueue(marker);
        return marker;
    }

    public sealed class User
    {
        public string Name { get; set; } = "nobody";
    }

    public sealed class Marker(int number) : IDisposable
    {
        public int Number => number;

        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    public interface INotes
    {
        [UnitOfWork]
        Task AddAsync(string text);

        [UnitOfWork]
        Task<int> MarkerAsync();

        [NewContext]
        Task<string> OwnAsync();
    }

    public sealed class Notes(ShopContext db, Marker marker, User user) : INotes
    {
        public async Task AddAsync(string text)
        {
            db.Orders.Add(new Order { Item = text });
            await db.SaveChangesAsync();
        }

        public Task<int> MarkerAsync() => Task.FromResult(marker.Number);

        public Task<string> OwnAsync() => Task.FromResult($"{marker.Number} {user.Name}");
    }
}
