using System.Diagnostics;
using System.Globalization;
using Autofac;

namespace TxAspects.Benchmarks.Start;

/// <summary>
/// Builds a container of 1,000 components, 100 of them attributed, and calls two of those; once in a process, as an application does.
/// </summary>
internal static class Startup
{
    /// <summary>The argument that asks for it, followed by one of the ways.</summary>
    public const string Argument = "--start";

    public const string With = "with";
    public const string Without = "without";

    // Ten types to make 1,000 of.
    private static readonly Type[] Marks =
        [typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(float),
            typeof(double)];

    /// <summary>Prints milliseconds: to build, to resolve and call a component for the first time, and another one.</summary>
    public static async Task RunAsync(string way)
    {
        var builder = new ContainerBuilder();
        if (way == With)
            builder.RegisterModule(new TxAspectsModule());
        foreach (var first in Marks)
        {
            foreach (var second in Marks)
            {
                foreach (var third in Marks)
                {
                    var (type, service) = third == Marks[0]
                        ? (typeof(UnitComponent<,,>), typeof(IUnitComponent<,,>))
                        : (typeof(Component<,,>), typeof(IComponent<,,>));
                    builder.RegisterType(type.MakeGenericType(first, second, third)).As(service.MakeGenericType(first, second, third));
                }
            }
        }

        var start = Stopwatch.GetTimestamp();
        await using var container = builder.Build();
        var build = Stopwatch.GetElapsedTime(start);

        start = Stopwatch.GetTimestamp();
        await container.Resolve<IUnitComponent<int, int, sbyte>>().CallAsync(1);
        var firstCall = Stopwatch.GetElapsedTime(start);

        start = Stopwatch.GetTimestamp();
        await container.Resolve<IUnitComponent<int, long, sbyte>>().CallAsync(1);
        var secondCall = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{build.TotalMilliseconds} {firstCall.TotalMilliseconds} {secondCall.TotalMilliseconds}"));
    }
}
