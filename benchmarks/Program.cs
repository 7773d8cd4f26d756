using System.Runtime.InteropServices;
using TxAspects.Benchmarks;
using TxAspects.Benchmarks.Reporting;
using TxAspects.Benchmarks.Start;

const int UsageError = 2;
const int Interrupted = 130;

if (args is [Startup.Argument, var way])
{
    await Startup.RunAsync(way);
    return 0;
}

if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return UsageError;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
var report = new Report();
try
{
    var machine = await Run.MeasureAsync(report, arguments, stop.Token);
    var results = new Results(DateTimeOffset.UtcNow, machine, arguments.Quick, report.Figures);
    var file = results.Save("artifacts/bench");
    if (arguments.WriteDocs)
        Documents.Write(Results.Load(file), "docs");
    Console.WriteLine($"{Environment.NewLine}{file}");
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted.");
    return Interrupted;
}

Console.WriteLine($"{report.ShortCount} of {report.LimitCount} limits are short.");
return 0;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
