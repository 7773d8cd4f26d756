using Bunit;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Neighbours.Tests.Components;

/// <summary>Components of Blazor, rendered by bUnit, which like a circuit has one scope for all that happens in it.</summary>
[TestClass]
public sealed class BlazorTests : NeighbourTests
{
    private BunitContext? _circuit;

    private BunitContext Circuit => _circuit!;

    [TestInitialize]
    public void StartCircuit()
    {
        Start(services => services.AddScoped<IOrderDesk, OrderDesk>());
        _circuit = new BunitContext();
        Circuit.Services.AddScoped(_ => Provider.CreateScope());
        Circuit.Services.AddScoped(FromScope<IOrderDesk>);
        Circuit.Services.AddScoped(FromScope<ShopContext>);
    }

    [TestCleanup]
    public async Task StopCircuitAsync() => await Circuit.DisposeAsync();

    [TestMethod]
    public async Task Each_event_that_calls_a_service_is_a_unit_of_its_own()
    {
        var button = Circuit.Render<OrderButton>();

        await button.Find("button").ClickAsync();
        Assert.AreEqual("tea", await ItemsAsync());
        await button.Find("button").ClickAsync();

        Assert.AreEqual("2 ordered", button.Find("p").TextContent);
        Assert.AreEqual("tea, tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Event_that_fails_leaves_nothing_and_the_circuit_goes_on()
    {
        var button = Circuit.Render<OrderButton>(parameters => parameters.Add(one => one.Item, "unicorn"));

        await button.Find("button").ClickAsync();
        Assert.AreEqual("there is none left", button.Find("p").TextContent);
        button.Render(parameters => parameters.Add(one => one.Item, "tea"));
        await button.Find("button").ClickAsync();

        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public void Component_that_takes_the_context_is_refused()
        => Assert.ThrowsExactly<NoUnitOfWorkException>(() => Circuit.Render<OrderList>());

    private static T FromScope<T>(IServiceProvider circuit)
        where T : notnull
        => circuit.GetRequiredService<IServiceScope>().ServiceProvider.GetRequiredService<T>();
}
