using System.Reflection;
using Autofac;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Interception;

namespace TxAspects.Tests;

/// <summary>
/// What the plan lists runs in a unit, and nothing else does, or the container is refused: for components made up at random.
/// </summary>
[TestClass]
public sealed class GeneratedShapesTests
{
    private const int Shapes = 500;    // about a third of them is no valid C#

    [TestMethod]
    [DataRow("Shapes", true, DisplayName = "internals visible to proxies")]
    [DataRow("HiddenShapes", false, DisplayName = "internals not visible")]
    public async Task Plan_is_what_the_proxy_does(string assembly, bool isVisible)
    {
        var components = ShapeAssembly.Compile(assembly, Enumerable.Range(isVisible ? 0 : Shapes, Shapes), isVisible);
        var wrong = new List<string>();
        var built = 0;
        var refused = 0;
        var planned = 0;
        foreach (var type in components)
        {
            foreach (var services in Registrations(type))
            {
                try
                {
                    planned += await CompareAsync(type, services, wrong);
                    await CompareDecoratedAsync(type, wrong);
                    built++;
                }
                catch (TxAspectsConfigurationException)
                {
                    refused++;
                }
            }
        }

        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
        Console.WriteLine($"{components.Count} components: {built} registrations work, {planned} planned methods; {refused} are refused.");
        Assert.IsGreaterThan(200, components.Count);
        Assert.IsGreaterThan(100, built);
        Assert.IsGreaterThan(100, refused);
        Assert.IsGreaterThan(100, planned);
    }

    private static IEnumerable<Type[]> Registrations(Type type)
    {
        var interfaces = Array.FindAll(type.GetInterfaces(), one => one.Namespace == type.Namespace);
        yield return [type];
        if (interfaces.Length > 0)
            yield return interfaces;
        if (interfaces.Length > 1)
            yield return interfaces[..1];
    }

    private static async Task<int> CompareAsync(Type type, Type[] services, List<string> wrong)
    {
        await using var container = Containers.Build(builder =>
        {
            var registration = builder.RegisterType(type).As(services);
            if (!services[0].IsInterface && UnitOfWorkProxies.IsAttributed(type))
                registration.EnableUnitOfWork();
        });
        var plan = Numbers(container.DescribePlan());
        Compare($"{type} as {string.Join<Type>(", ", services)} in Autofac", container.Resolve(services[0]), type, plan, wrong);

        foreach (var service in services)
        {
            await using var provider = Providers.Build(all => all.AddTransient(service, type));
            Compare($"{type} as {service} in Microsoft's container", provider.GetRequiredService(service), type,
                Numbers(provider.DescribePlan()), wrong);
        }

        return plan.Count;
    }

    /// <summary>The same behind a decorator, which has a plan of its own.</summary>
    private static async Task CompareDecoratedAsync(Type type, List<string> wrong)
    {
        var service = type.Assembly.GetType($"{type.Namespace}.IFirst")!;
        if (!service.IsAssignableFrom(type))
            return;

        await using var container = Containers.Build(builder =>
        {
            builder.RegisterType(type).As(service);
            builder.RegisterDecorator(type.Assembly.GetType($"{type.Namespace}.Decorator")!, service);
        });
        var plan = Numbers(container.DescribePlan());

        ShapeLog.Ran.Clear();
        var decorated = container.Resolve(service);
        foreach (var method in service.GetMethods())
            Call(decorated, method);

        wrong.AddRange(ShapeLog.Ran.Where(one => one.IsOpen != plan.Contains(one.Number)).Distinct()
            .Select(one => $"{type} decorated: {one.Number} in a unit: {one.IsOpen}"));
    }

    private static HashSet<int> Numbers(UnitOfWorkPlan plan)
        => [.. plan.Methods.Select(one => one.Method.GetCustomAttribute<ShapeMethodAttribute>()?.Number ?? -1)];

    private static void Compare(string what, object instance, Type type, HashSet<int> plan, List<string> wrong)
    {
        ShapeLog.Ran.Clear();
        foreach (var method in Callable(instance, type))
            Call(instance, method);

        var ran = ShapeLog.Ran.ToArray();
        wrong.AddRange(plan.Where(number => !ran.Any(one => one.Number == number))
            .Select(number => $"{what}: planned {number} was never called"));
        wrong.AddRange(ran.Where(one => one.IsOpen != plan.Contains(one.Number)).Distinct()
            .Select(one => $"{what}: {one.Number} in a unit: {one.IsOpen}"));
    }

    /// <summary>Every method that somebody may call on the object: by an interface, by its class, by a base class.</summary>
    private static IEnumerable<MethodInfo> Callable(object instance, Type type)
    {
        var byInterface = type.GetInterfaces().Where(one => one.IsInstanceOfType(instance)).SelectMany(one => one.GetMethods());
        if (!type.IsInstanceOfType(instance))
            return byInterface;

        const BindingFlags declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var levels = new List<Type>();
        for (var level = type; level != typeof(object); level = level.BaseType!)
            levels.Add(level);
        return byInterface.Concat(levels.SelectMany(level => level.GetMethods(declared)).Where(method => !method.IsPrivate));
    }

    private static void Call(object instance, MethodInfo method)
    {
        if (method.IsStatic || method.Name is "Finalize" or "PrintMembers" or "Equals")
            return;

        var closed = method.IsGenericMethodDefinition ? method.MakeGenericMethod(typeof(int)) : method;
        var arguments = closed.GetParameters()
            .Select(one => one.ParameterType.IsValueType ? Activator.CreateInstance(one.ParameterType) : null).ToArray();
        var returned = closed.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        if (returned is Task task)
            task.GetAwaiter().GetResult();
    }
}
