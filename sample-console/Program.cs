using System.Diagnostics;
using Autofac;
using SampleConsole;
using SampleConsole.Auditing;
using SampleConsole.Database;
using SampleConsole.Import;
using SampleConsole.Ledger;
using SampleConsole.Reading;
using SampleConsole.Report;
using SampleConsole.Stock;
using TxAspects;

var screen = new Screen();
CommandLine commandLine;
try
{
    commandLine = CommandLine.Parse(args);
}
catch (BadInputException e)
{
    screen.Complain(e.Message);
    screen.Complain("");
    screen.Complain(CommandLine.Usage);
    return ExitCode.BadInput;
}

if (commandLine.Help)
{
    screen.Say(CommandLine.Usage);
    return ExitCode.Success;
}

using var interruption = new Interruption();
try
{
    return await RunAsync(interruption.Token);
}
catch (Exception) when (interruption.HasHappened)
{
    screen.Complain($"Interrupted. {Resumption.Advice(commandLine)}");
    return ExitCode.Interrupted;
}
catch (BadInputException e)
{
    screen.Complain(e.Message);
    return ExitCode.BadInput;
}
catch (Exception e) when (DatabaseFailure.Describe(e) is { } failure)
{
    screen.Complain(e.IsUnknownCommit() ? $"{failure} {Resumption.Advice(commandLine)}" : failure);
    return ExitCode.BadInput;
}

async Task<int> RunAsync(CancellationToken cancellationToken)
{
    await using var file = await OrderFile.OpenAsync(commandLine.File, cancellationToken);
    foreach (var line in file.BrokenLines)
        screen.Say($"Line {line.Number}: {line.Reason}. {line.Detail}");
    file.ThrowIfWithoutOrders();
    await using var database = await ShopDatabase.FindAsync(commandLine.Connection, screen.Say, cancellationToken);
    await database.PrepareAsync(screen.Say, cancellationToken);
    Shop.Use(database.ConnectionString, commandLine.Parallel);
    await using var master = Shop.Master;
    await using var services = BuildContainer();

    await services.Resolve<ICatalog>().AddMissingAsync(file.Customers, file.Products, cancellationToken);
    var before = await ShopFigures.ReadAsync(database.Plain, cancellationToken);
    if (before.Orders > 0)
        screen.Say($"Orders of earlier runs in the database: {before.Orders}. Those that the file has too are left as they are.");
    await services.Resolve<IAuditTrail>().CatchUpAsync(cancellationToken);

    var run = services.Resolve<ImportRun>();
    var start = Stopwatch.GetTimestamp();
    try
    {
        await screen.ShowProgressAsync(
            "Importing", file.OrderNumbers.Count,
            onOrderDone => run.RunAsync(file, commandLine.Parallel, onOrderDone, cancellationToken));
        screen.Say(Resumption.Describe(run.Tally, Stopwatch.GetElapsedTime(start)));
        await NightlySummary.RunAsync(PublishAsync, cancellationToken);
    }
    finally
    {
        // Also when the run broke off: this is what is done so far.
        screen.Show(Tables.Of(run.Tally, file.OrdersLeftOut));
    }

    screen.Show(Tables.Of(file.BrokenLines));
    var figures = await Check.RunAsync(database.Plain, before, run.Tally, file.OrderNumbers, cancellationToken);
    screen.Show(Tables.Of(figures));
    if (figures.All(figure => figure.Agrees))
        return ExitCode.Success;

    screen.Complain("The program's figures and the database disagree.");
    return ExitCode.Disagreement;
}

Task PublishAsync(IReadOnlyList<DailySummary> days)
{
    var best = days.MaxBy(day => day.Net);
    if (best is not null)
        screen.Say(FormattableString.Invariant($"Nightly summary: {days.Count} days, best {best.Day:yyyy-MM-dd} with {best.Net:N2}."));
    return Task.CompletedTask;
}

static IContainer BuildContainer()
{
    var builder = new ContainerBuilder();
    builder.RegisterModule(new TxAspectsModule());
    builder.RegisterType<Catalog>().As<ICatalog>();
    builder.RegisterType<OrderImport>().As<IOrderImport>();
    builder.RegisterType<StockService>().As<IStockService>();
    builder.RegisterType<LedgerService>().As<ILedgerService>();
    builder.RegisterType<AuditTrail>().As<IAuditTrail>();
    builder.RegisterType<ImportRun>();
    return builder.Build();
}
