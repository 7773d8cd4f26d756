using Autofac;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Tests;

[TestClass]
public sealed class InjectionByMicrosoftTests : InjectionSpecification
{
    protected override TestContainer Build(Action<TestRegistrations> register)
        => new Container(Providers.Build(services => register(new Registrations(services))));

    private sealed class Registrations(IServiceCollection services) : TestRegistrations
    {
        public override void AddConnect<TContext>(
            string name, Func<ConnectRequest, DbConnect<TContext>> create, string? connectionString)
            => services.AddTxConnect(name, create, connectionString);

        public override void AddSingleton<T>(T instance) => services.AddSingleton(_ => instance);

        public override void AddScoped<T>() => services.AddScoped<T>();

        public override void AddConnectionString(string name, string connectionString)
            => services.AddSingleton<IConfiguration>(Container.Of(name, connectionString));
    }

    private sealed class Container(IServiceProvider provider) : TestContainer
    {
        public static IConfiguration Of(string name, string connectionString) => Configure(name, connectionString);

        public override T Resolve<T>() => provider.GetRequiredService<T>();

        public override T Resolve<T>(string name) => provider.GetRequiredKeyedService<T>(name);

        public override TestContainer BeginScope() => new Scope(provider.CreateAsyncScope());

        public override ValueTask DisposeAsync() => ((IAsyncDisposable)provider).DisposeAsync();
    }

    private sealed class Scope(AsyncServiceScope scope) : TestContainer
    {
        public override T Resolve<T>() => scope.ServiceProvider.GetRequiredService<T>();

        public override T Resolve<T>(string name) => scope.ServiceProvider.GetRequiredKeyedService<T>(name);

        public override TestContainer BeginScope() => new Scope(scope.ServiceProvider.CreateAsyncScope());

        public override ValueTask DisposeAsync() => scope.DisposeAsync();
    }
}

[TestClass]
public sealed class InjectionByAutofacTests : InjectionSpecification
{
    protected override TestContainer Build(Action<TestRegistrations> register)
        => new Container(Containers.Build(builder => register(new Registrations(builder))));

    private sealed class Registrations(ContainerBuilder builder) : TestRegistrations
    {
        public override void AddConnect<TContext>(
            string name, Func<ConnectRequest, DbConnect<TContext>> create, string? connectionString)
            => builder.AddTxConnect(name, create, connectionString);

        public override void AddSingleton<T>(T instance) => builder.RegisterInstance(instance).ExternallyOwned();

        public override void AddScoped<T>() => builder.RegisterType<T>().InstancePerLifetimeScope();

        public override void AddConnectionString(string name, string connectionString)
            => builder.RegisterInstance(Container.Of(name, connectionString));
    }

    private sealed class Container(ILifetimeScope scope) : TestContainer
    {
        public static IConfiguration Of(string name, string connectionString) => Configure(name, connectionString);

        public override T Resolve<T>() => scope.Resolve<T>();

        public override T Resolve<T>(string name) => scope.ResolveKeyed<T>(name);

        public override TestContainer BeginScope() => new Container(scope.BeginLifetimeScope());

        public override ValueTask DisposeAsync() => scope.DisposeAsync();
    }
}
