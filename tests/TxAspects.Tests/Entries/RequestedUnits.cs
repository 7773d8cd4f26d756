using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Drivers;

namespace TxAspects.Tests;

/// <summary>
/// The entry by the web middleware: the outermost call is a request, whose answer ends the unit; what is called inside joins as it does in
/// an endpoint.
/// </summary>
/// <remarks>What no request can be, a call that is repeated or only joins, is made inside a request without a unit.</remarks>
public sealed class RequestedUnits : CalledUnits
{
    private static readonly DbConnect<ShopContext> Nowhere = new(new DbConnectOptions<ShopContext>
    {
        Driver = new NoDriver(),
        CreateEngine = _ => throw new NotSupportedException(),
        ConfigureSession = (_, _) => { },
    });

    private readonly RequestDelegate _pipeline = CreatePipeline();

    // A unit that has ended is not outside: nothing may be begun in its place.
    private static bool IsOutside
    {
        get
        {
            try
            {
                Tx.FindSession(Nowhere);
                return false;
            }
            catch (NoUnitOfWorkException)
            {
                return true;
            }
            catch (UnitOfWorkEndedException)
            {
                return false;
            }
        }
    }

    protected override Task RunAsync(Func<Task> body, UnitOfWorkOptions options)
        => options.Propagation is not Propagation.RequiresNew && !IsOutside
            ? base.RunAsync(body, options)
            : CanBeRequest(options) ? RequestAsync(body, options) : RequestAsync(() => base.RunAsync(body, options), null);

    protected override async Task<T> RunAsync<T>(Func<Task<T>> body, UnitOfWorkOptions options)
    {
        T result = default!;
        await RunAsync(async () => { result = await body(); }, options);
        return result;
    }

    protected override void Run(Action body, UnitOfWorkOptions options)
    {
        if (options.Propagation is not Propagation.RequiresNew && !IsOutside)
            base.Run(body, options);
        else if (CanBeRequest(options))
            Request(body, options);
        else
            Request(() => base.Run(body, options), null);
    }

    protected override T Run<T>(Func<T> body, UnitOfWorkOptions options)
    {
        T result = default!;
        Run(() => { result = body(); }, options);
        return result;
    }

    private static bool CanBeRequest(UnitOfWorkOptions options)
        => options is { MaxRetries: 0, Propagation: Propagation.Required or Propagation.RequiresNew or Propagation.Nested };

    private Task RequestAsync(Func<Task> body, UnitOfWorkOptions? options) => _pipeline(CreateContext(options, async context =>
    {
        await body();
        await context.Response.WriteAsync("done");
    }));

    // Such a body, and an answer written synchronously, never leave this thread; only a rollback may.
    private void Request(Action body, UnitOfWorkOptions? options) => _pipeline(CreateContext(options, context =>
    {
        body();
        context.Response.Body.Write("done"u8);
        return Task.CompletedTask;
    })).GetAwaiter().GetResult();

    private static DefaultHttpContext CreateContext(UnitOfWorkOptions? options, RequestDelegate handler)
    {
        var endpoint = new Conventions(new RouteEndpointBuilder(handler, RoutePatternFactory.Parse("/"), 0));
        if (options is null)
            endpoint.WithoutUnitOfWork();
        else
            endpoint.WithUnitOfWork(options);
        var context = new DefaultHttpContext();
        context.SetEndpoint(endpoint.Endpoint.Build());
        return context;
    }

    private static RequestDelegate CreatePipeline()
    {
        var app = new ApplicationBuilder(new ServiceCollection().BuildServiceProvider());
        app.UseTxAspects();
        app.Run(context => context.GetEndpoint()!.RequestDelegate!(context));
        return app.Build();
    }

    private sealed class Conventions(EndpointBuilder endpoint) : IEndpointConventionBuilder
    {
        public EndpointBuilder Endpoint => endpoint;

        public void Add(Action<EndpointBuilder> convention) => convention(endpoint);
    }

    private sealed class NoDriver : DbDriver;
}
