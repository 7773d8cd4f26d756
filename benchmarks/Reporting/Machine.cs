using System.Globalization;
using System.Runtime.InteropServices;

namespace TxAspects.Benchmarks.Reporting;

/// <summary>Where the figures come from.</summary>
internal sealed record Machine(string Processor, int Cores, double MemoryInGigabytes, string System, string Runtime, string Server)
{
    public static Machine Describe(string serverVersion) => new(
        ProcessorName(),
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9),
        SystemName(),
        RuntimeInformation.FrameworkDescription,
        $"PostgreSQL {serverVersion}");

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Processor}, {Cores} cores, {MemoryInGigabytes} GB, {System}, {Runtime}, {Server} on the same machine");

    private static string SystemName() => FirstValue("/etc/os-release", "PRETTY_NAME", '=') ?? RuntimeInformation.OSDescription;

    private static string ProcessorName() => FirstValue("/proc/cpuinfo", "model name", ':') ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string? FirstValue(string file, string name, char separator)
        => File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(separator, 2)[1].Trim(' ', '"')
            : null;
}
