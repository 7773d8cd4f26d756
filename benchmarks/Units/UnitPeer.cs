using TxAspects.Benchmarks.Measuring;

namespace TxAspects.Benchmarks.Units;

/// <summary>One way of writing units.</summary>
internal sealed class UnitPeer(string name, IUnits units)
{
    public string Name { get; } = name;

    /// <summary>Units of one shape, one after the other.</summary>
    public Work this[UnitShape shape]
    {
        get
        {
            var unit = Unit(shape);
            return new Work(Name, async count =>
            {
                for (var i = 0; i < count; i++)
                    await unit();
            });
        }
    }

    /// <summary>Units of one shape, several at once.</summary>
    public Work AtOnce(UnitShape shape, int several) => AtOnce(Name, Unit(shape), several);

    /// <summary>Units that nobody else runs, several at once.</summary>
    public static Work AtOnce(string name, Func<Task> unit, int several)
        => new(name, count =>
        {
            var left = count;
            return Task.WhenAll(Enumerable.Range(0, several).Select(_ => Task.Run(async () =>
            {
                while (Interlocked.Decrement(ref left) >= 0)
                    await unit();
            })));
        });

    private Func<Task> Unit(UnitShape shape) => shape switch
    {
        UnitShape.Insert => units.InsertAsync,
        UnitShape.ReadAndInsert => units.ReadAndInsertAsync,
        UnitShape.InsertTen => units.InsertTenAsync,
        UnitShape.Read => units.ReadAsync,
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "There is no such unit."),
    };
}
