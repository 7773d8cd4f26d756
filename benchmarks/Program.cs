using System.Runtime.InteropServices;
using TxAspects.Benchmarks;
using TxAspects.Benchmarks.Reporting;

const int UsageError = 2;
const int Interrupted = 130;

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
    await Run.MeasureAsync(report, arguments, stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted.");
    return Interrupted;
}

Console.WriteLine($"{Environment.NewLine}{report.ShortCount} of {report.LimitCount} limits are short.");
return 0;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
