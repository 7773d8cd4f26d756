using Autofac;
using Autofac.Extensions.DependencyInjection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Services, filters, workers and test hosts around the middleware.</summary>
[TestClass]
public sealed class HostingTests : WebTests
{
    [TestMethod]
    public async Task Services_of_a_request_share_its_unit_and_its_fate()
    {
        await StartAsync(
            app => app.MapPost("/{status}", async (int status, IPlacing placing) =>
            {
                await placing.PlaceAsync("one");
                await placing.PlaceAsync("two");
                await placing.AuditAsync("audit");
                return Results.StatusCode(status);
            }),
            services => services.AddSingleton(Connect).AddScoped<IPlacing, Placing>());

        await AssertAnswerAsync(201, "/201", HttpMethod.Post);
        await AssertAnswerAsync(409, "/409", HttpMethod.Post);

        Assert.AreEqual("audit,audit,one,two", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Endpoint_filter_that_refuses_rolls_back_what_the_handler_wrote()
    {
        await StartAsync(app => app.MapGet("/", () => InsertAsync("tea")).AddEndpointFilter(async (context, next) =>
        {
            await next(context);
            return Results.Problem(statusCode: 422);
        }));

        await AssertAnswerAsync(422, "/");

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow("/actions/ok", 200, "tea")]
    [DataRow("/actions/missing", 404, "")]
    [DataRow("/actions/filtered", 409, "")]
    public async Task Actions_and_their_exception_filters_decide_by_status(string path, int status, string items)
    {
        await StartAsync(
            app => app.MapControllers(),
            services => services.AddSingleton(Connect).AddControllers().AddApplicationPart(typeof(ActionsController).Assembly));

        await AssertAnswerAsync(status, path);

        Assert.AreEqual(items, await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Background_service_opens_a_unit_for_each_piece_of_work()
    {
        var worker = new Worker(() => InsertAsync("tea"), Tx.OnCommitted);
        await StartAsync(app => { }, services => services.AddSingleton<IHostedService>(worker));

        await worker.Done;

        Assert.AreEqual("tea,tea,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Web_application_factory_runs_the_middleware()
    {
        await using var factory = new Factory(() => InsertAsync("tea"));
        using var client = factory.CreateClient();

        Assert.AreEqual(200, (int)(await client.GetAsync("/200")).StatusCode);
        Assert.AreEqual(404, (int)(await client.GetAsync("/404")).StatusCode);

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    public interface IPlacing
    {
        [UnitOfWork]
        Task PlaceAsync(string item);

        [NewContext]
        Task AuditAsync(string item);
    }

    public sealed class Placing(DbConnect<ShopContext> connect) : IPlacing
    {
        public async Task PlaceAsync(string item) => (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = item });

        public Task AuditAsync(string item) => PlaceAsync(item);
    }

    private sealed class Worker(Func<Task> work, Action<Action> onCommitted) : BackgroundService
    {
        private readonly TaskCompletionSource _done = new();

        public Task Done => _done.Task;

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var committed = 0;
            for (var piece = 0; piece < 3; piece++)
            {
                await Tx.RunAsync(async () =>
                {
                    await work();
                    onCommitted(() => committed++);
                }, cancellationToken: stoppingToken);
            }

            Assert.AreEqual(3, committed);
            _done.SetResult();
        }
    }

    [TestMethod]
    public async Task Autofac_is_the_container_and_OpenAPI_describes_the_endpoints()
    {
        await StartRawAsync(app =>
        {
            app.UseTxAspects();
            app.MapOpenApi().WithoutUnitOfWork();
            app.MapPost("/{status}", async (int status, IPlacing placing) =>
            {
                await placing.PlaceAsync("one");
                return Results.StatusCode(status);
            });
        }, builder =>
        {
            builder.Services.AddOpenApi();
            builder.Host.UseServiceProviderFactory(new AutofacServiceProviderFactory());
            builder.Host.ConfigureContainer<ContainerBuilder>(container =>
            {
                container.RegisterModule(new TxAspectsModule());
                container.RegisterInstance(Connect).ExternallyOwned();
                container.RegisterType<Placing>().As<IPlacing>().InstancePerLifetimeScope();
            });
        }, proxies: false);

        await AssertAnswerAsync(201, "/201", HttpMethod.Post);
        await AssertAnswerAsync(409, "/409", HttpMethod.Post);

        StringAssert.Contains(await App.Client.GetStringAsync("/openapi/v1.json"), "/{status}");
        Assert.AreEqual("one", await Master.ItemsAsync());
    }

    private sealed class Factory(Func<Task> insert) : WebApplicationFactory<HostingTests>
    {
        protected override IHostBuilder CreateHostBuilder() => Host.CreateDefaultBuilder().ConfigureWebHost(web => web.Configure(app =>
        {
            app.UseRouting();
            app.UseTxAspects();
            app.UseEndpoints(endpoints => endpoints.MapGet("/{status}", async (int status) =>
            {
                await insert();
                return Results.StatusCode(status);
            }));
        }).ConfigureServices(services => services.AddRouting().AddSingleton(new TxAspectsOptions())));

        protected override void ConfigureWebHost(IWebHostBuilder builder) => builder.UseContentRoot(AppContext.BaseDirectory);
    }
}

/// <summary>Actions of each kind.</summary>
[ApiController]
[Route("actions")]
public sealed class ActionsController(DbConnect<ShopContext> connect) : ControllerBase
{
    [HttpGet("ok")]
    public async Task<ActionResult<int>> OkAsync()
    {
        await AddAsync();
        return 1;
    }

    [HttpGet("missing")]
    public async Task<IActionResult> MissingAsync()
    {
        await AddAsync();
        return NotFound();
    }

    [HttpGet("filtered")]
    [Conflicts]
    public async Task FilteredAsync()
    {
        await AddAsync();
        throw new OutOfStockException();
    }

    private async Task AddAsync() => (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = "tea" });

    private sealed class ConflictsAttribute : Microsoft.AspNetCore.Mvc.Filters.ExceptionFilterAttribute
    {
        public override void OnException(Microsoft.AspNetCore.Mvc.Filters.ExceptionContext context)
            => context.Result = new ConflictResult();
    }
}
