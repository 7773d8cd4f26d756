using System.Globalization;
using TxAspects.Tenants;

// Modes: rows, rows-pooler, names, names-pooler, idle. The number is that of units.
var mode = args.ElementAtOrDefault(0) ?? "rows";
var units = int.Parse(args.ElementAtOrDefault(1) ?? "20000", CultureInfo.InvariantCulture);
ThreadPool.SetMinThreads(96, 96);
await using var target = await Target.CreateAsync(throughPooler: mode.EndsWith("-pooler", StringComparison.Ordinal));
Console.WriteLine($"{mode}, {units} units");
return mode switch
{
    "rows" or "rows-pooler" => await new RowsLoad(target).RunAsync(units),
    "names" or "names-pooler" => await new NamesLoad(target).RunAsync(units),
    "idle" => await new IdleLoad(target).RunAsync(units),
    _ => throw new ArgumentException($"'{mode}' is no mode. These are: rows, rows-pooler, names, names-pooler, idle."),
};
