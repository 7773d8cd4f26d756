using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Tests;

/// <summary>What comes along into the scope of a unit, which inherits nothing.</summary>
[TestClass]
public sealed class CarryTests
{
    [TestMethod]
    [DataRow(true, "anna")]
    [DataRow(false, "nobody")]
    public void Service_that_is_named_comes_along_and_no_other(bool carried, string expected)
    {
        using var provider = Build(options => _ = carried ? options.Carry<User>() : options);
        using var scope = provider.CreateScope();
        scope.ServiceProvider.GetRequiredService<User>().Name = "anna";

        Assert.AreEqual(expected, scope.ServiceProvider.GetRequiredService<IGreeting>().User());
    }

    [TestMethod]
    public void It_comes_along_into_a_new_context_inside()
    {
        using var provider = Build(options => options.Carry<User>());
        using var scope = provider.CreateScope();
        scope.ServiceProvider.GetRequiredService<User>().Name = "anna";

        Assert.AreEqual("anna", scope.ServiceProvider.GetRequiredService<IGreeting>().UserInside());
    }

    [TestMethod]
    public void Caller_in_no_scope_carries_nothing()
    {
        using var provider = Build(options => options.Carry<User>());

        Assert.AreEqual("nobody", provider.GetRequiredService<IGreeting>().User());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Lambdas_and_transient_services_are_carried_too(bool byLambda)
    {
        using var provider = Providers.Build(
            services =>
            {
                services.AddUnitScoped<IGreeting, Greeting>().AddUnitScoped<IInner, Inner>();
                _ = byLambda ? services.AddScoped(_ => new User { Name = "made" }) : services.AddTransient<User>();
            },
            options => options.Carry<User>());
        using var scope = provider.CreateScope();
        scope.ServiceProvider.GetRequiredService<User>().Name = "anna";

        Assert.AreEqual(byLambda ? "anna" : "nobody", scope.ServiceProvider.GetRequiredService<IGreeting>().User());
    }

    [TestMethod]
    public void What_is_not_registered_is_a_mistake_when_the_provider_is_built()
    {
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Providers.Build(_ => { }, options => options.Carry<User>()));

        Assert.AreEqual(
            "Carry names 'User', but it is not registered, or was registered after services.AddTxAspects. Register it before that call, " +
            "or call builder.AddTxAspects() instead.",
            refused.Findings.Single());
    }

    [TestMethod]
    public void What_is_disposable_is_refused_because_the_scope_would_dispose_it()
    {
        using var provider = Providers.Build(
            services => services.AddScoped<User, DisposableUser>().AddUnitScoped<IGreeting, Greeting>().AddUnitScoped<IInner, Inner>(),
            options => options.Carry<User>());
        using var scope = provider.CreateScope();

        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(
            () => scope.ServiceProvider.GetRequiredService<IGreeting>().User());

        Assert.AreEqual(
            "Carry names 'User', but 'DisposableUser' is disposable, and the unit's scope would dispose what belongs to its caller. Carry " +
            "an object that is not.",
            refused.Findings.Single());
    }

    private static ServiceProvider Build(Action<TxAspectsOptions> configure) => Providers.Build(
        services => services.AddScoped<User>().AddUnitScoped<IGreeting, Greeting>().AddUnitScoped<IInner, Inner>(), configure);

    public class User
    {
        public string Name { get; set; } = "nobody";
    }

    public sealed class DisposableUser : User, IDisposable
    {
        public void Dispose()
        {
        }
    }

    public interface IGreeting
    {
        [UnitOfWork]
        string User();

        [UnitOfWork]
        string UserInside();
    }

    public interface IInner
    {
        [NewContext]
        string User();
    }

    public sealed class Greeting(User user, IInner inner) : IGreeting
    {
        public string User() => user.Name;

        public string UserInside() => inner.User();
    }

    public sealed class Inner(User user) : IInner
    {
        public string User() => user.Name;
    }
}
