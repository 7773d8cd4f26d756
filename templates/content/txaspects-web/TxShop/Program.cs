#if (autofac)
using Autofac;
using Autofac.Extensions.DependencyInjection;
#endif
using TxAspects;
using TxShop;

var builder = WebApplication.CreateBuilder(args);
await using var database = await ShopDatabase.FindAsync(builder.Configuration.GetConnectionString("shop"));
#if (autofac)
builder.Host.UseServiceProviderFactory(new AutofacServiceProviderFactory());
builder.Host.ConfigureContainer<ContainerBuilder>(container =>
{
    container.RegisterModule(new TxAspectsModule());
    container.AddTxConnect("shop", PostgresConnect.Create<ShopContext>, database.ConnectionString);
    container.RegisterType<Orders>().As<IOrders>();
});
#else
builder.AddTxAspects();
builder.Services.AddTxConnect("shop", PostgresConnect.Create<ShopContext>, database.ConnectionString);
builder.Services.AddScoped<IOrders, Orders>();
#endif
builder.Services.AddProblemDetails();

var app = builder.Build();
await app.Services.GetRequiredService<DbConnect<ShopContext>>().EnsureCreatedAsync();

app.UseExceptionHandler();
app.UseTxAspects();        // one unit per request, committed before the first byte of the answer

if (app.Environment.IsDevelopment())
    app.MapTxAspects("/tx");

app.MapGet("/orders", (IOrders orders) => orders.ListAsync());
app.MapPost("/orders", async (NewOrder order, IOrders orders) =>
    await orders.PlaceAsync(order.Item, order.Quantity) is { } placed
        ? Results.Created($"/orders/{placed.Id}", placed)
        : Results.Conflict("Too few are left."));        // a status of 400 or more rolls back

await app.RunAsync();
