using System.Reflection;
using Autofac;
using Autofac.Extensions.DependencyInjection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>A line that somebody forgot is an error that names the line, at start where it can be known.</summary>
[TestClass]
public sealed class ForgottenTests : WebTests
{
    private const string Missing = "Call app.UseTxAspects()";

    [TestMethod]
    public async Task Endpoints_that_declare_units_without_the_middleware_are_one_error_at_start()
    {
        var exception = await Assert.ThrowsExactlyAsync<TxAspectsConfigurationException>(() => StartRawAsync(app =>
        {
            app.MapGet("/attribute", [UnitOfWork] () => "");
            app.MapGet("/convention", () => "").WithUnitOfWork(new UnitOfWorkOptions());
            app.MapGet("/without", () => "").WithoutUnitOfWork();
            app.MapGet("/plain", () => "");
            app.MapControllers();
        }, builder => builder.Services.AddControllers().AddApplicationPart(typeof(DeclaringController).Assembly)));

        StringAssert.Contains(exception.Message, "'GET /attribute' declares a unit of work");
        StringAssert.Contains(exception.Message, "'GET /convention'");
        StringAssert.Contains(exception.Message, "'GET /declaring'");
        StringAssert.Contains(exception.Message, Missing);
        Assert.DoesNotContain("/without", exception.Message);
        Assert.DoesNotContain("/plain", exception.Message);
    }

    [TestMethod]
    public async Task Endpoint_that_declares_a_unit_without_the_middleware_refuses_its_requests_where_nothing_else_is_there()
    {
        await StartRawAsync(app =>
        {
            app.UseExceptionHandler();
            app.MapGroup("/group").WithUnitOfWork(unit => unit.EndsAt = UnitEnd.EndOfResponse).MapGet("/", () => "done");
            app.MapGet("/without", () => "done").WithoutUnitOfWork();
        }, proxies: false);

        await AssertAnswerAsync(500, "/group");
        await AssertAnswerAsync(200, "/without");

        var exception = App.Log.Messages.Select(message => message.Exception).OfType<TxAspectsConfigurationException>().First();
        StringAssert.Contains(exception.Message, "'GET /group/' declares a unit of work");
        StringAssert.Contains(exception.Message, Missing);
    }

    [TestMethod]
    public async Task Endpoint_in_a_branch_that_the_middleware_does_not_see_refuses_its_requests()
    {
        await StartRawAsync(app =>
        {
            app.UseExceptionHandler();
            app.Map("/branch", branch => branch.UseRouting().UseEndpoints(
                endpoints => endpoints.MapGet("/", () => "done").WithUnitOfWork(new UnitOfWorkOptions())));
            app.UseTxAspects();
            app.MapGet("/main", () => "done").WithUnitOfWork(new UnitOfWorkOptions());
        });

        await AssertAnswerAsync(500, "/branch");
        await AssertAnswerAsync(200, "/main");
    }

    [TestMethod]
    public async Task Controllers_that_are_services_need_no_middleware()
    {
        await StartRawAsync(
            app => app.MapControllerRoute("declared", "/declared", new { controller = "Proxied", action = "Get" }),
            builder => builder.Services.AddControllers().ConfigureApplicationPartManager(parts =>
            {
                parts.FeatureProviders.Clear();
                parts.FeatureProviders.Add(new OnlyProxied());
            }).AddControllersAsServices());

        Assert.AreEqual("ProxiedController.Get", await App.Client.GetStringAsync("/declared"));
    }

    [TestMethod]
    [DataRow(typeof(IRead), typeof(Reader))]
    [DataRow(typeof(Reader), typeof(Reader))]
    [DataRow(typeof(IPlain), typeof(AttributedPlain))]
    public async Task Middleware_without_proxies_is_an_error_at_start(Type service, Type implementation)
    {
        var exception = await Assert.ThrowsExactlyAsync<TxAspectsConfigurationException>(() => StartRawAsync(
            app => app.UseTxAspects(), builder => builder.Services.AddScoped(service, implementation), proxies: false));

        StringAssert.Contains(
            exception.Message, $"'{implementation.Name}' declares units of work and is registered, but its container makes no proxies");
        StringAssert.Contains(exception.Message, "Call builder.AddTxAspects(), or with Autofac register TxAspectsModule.");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Autofac_without_its_module_is_an_error_at_start(bool hasModule)
    {
        void Register(ContainerBuilder container)
        {
            container.RegisterType<Reader>().As<IRead>();
            if (hasModule)
                container.RegisterModule(new TxAspectsModule());
        }

        Task Start() => StartRawAsync(
            app => app.UseTxAspects(),
            builder => builder.Host.UseServiceProviderFactory(new AutofacServiceProviderFactory(Register)),
            proxies: false);

        if (hasModule)
            await Start();
        else
            await Assert.ThrowsExactlyAsync<TxAspectsConfigurationException>(Start);
    }

    [TestMethod]
    public async Task Middleware_without_proxies_is_right_where_no_service_declares_a_unit()
    {
        await StartRawAsync(app =>
        {
            app.UseTxAspects();
            app.MapGet("/", async () =>
            {
                await InsertAsync("tea");
                return "done";
            });
        }, proxies: false);

        await AssertAnswerAsync(200, "/");

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Session_that_is_asked_for_in_a_request_without_a_unit_is_an_error_that_names_the_missing_line()
    {
        await StartRawAsync(app => app.MapGet("/", async () =>
        {
            var exception = await Assert.ThrowsExactlyAsync<NoUnitOfWorkException>(async () => await Tx.SessionAsync(Connect));
            return exception.Message;
        }), proxies: false);

        StringAssert.Contains(await App.Client.GetStringAsync("/"), "call app.UseTxAspects()");
    }

    private sealed class OnlyProxied : IApplicationFeatureProvider<ControllerFeature>
    {
        public void PopulateFeature(IEnumerable<ApplicationPart> parts, ControllerFeature feature)
            => feature.Controllers.Add(typeof(ProxiedController).GetTypeInfo());
    }

    public interface IRead
    {
        [UnitOfWork]
        Task ReadAsync();
    }

    public class Reader : IRead
    {
        public virtual Task ReadAsync() => Task.CompletedTask;
    }

    public interface IPlain
    {
        Task DoAsync();
    }

    [UnitOfWork]
    public sealed class AttributedPlain : IPlain
    {
        public Task DoAsync() => Task.CompletedTask;
    }
}

/// <summary>A controller that declares a unit.</summary>
[UnitOfWork]
[ApiController]
public sealed class DeclaringController : ControllerBase
{
    [HttpGet("/declaring")]
    public string Get() => "done";
}

/// <summary>A controller that a container can proxy.</summary>
public class ProxiedController : Controller
{
    [UnitOfWork]
    public virtual string Get() => Tx.Current!.Name;
}
