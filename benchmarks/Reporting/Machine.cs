using System.Globalization;
using System.Runtime.InteropServices;

namespace TxAspects.Benchmarks.Reporting;

/// <summary>Where the figures come from.</summary>
internal sealed record Machine(
    string Processor, int Cores, double MemoryInGigabytes, string System, string Runtime, string Server, double Load)
{
    private const string LoadFile = "/proc/loadavg";

    /// <summary>Describes this machine.</summary>
    /// <param name="serverVersion">That of the database server.</param>
    /// <param name="load">What <see cref="CurrentLoad"/> was before the measurements.</param>
    public static Machine Describe(string serverVersion, double load) => new(
        ProcessorName(),
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9),
        SystemName(),
        RuntimeInformation.FrameworkDescription,
        $"PostgreSQL {serverVersion}",
        load);

    /// <summary>How many threads wanted to run, on average over the last minute; zero where the system does not tell.</summary>
    public static double CurrentLoad()
        => File.Exists(LoadFile) ? double.Parse(File.ReadAllText(LoadFile).Split(' ')[0], CultureInfo.InvariantCulture) : 0;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Processor}, {Cores} cores, {MemoryInGigabytes} GB, {System}, {Runtime}, {Server} on the same " +
                                      $"machine; load average {Load} before the run");

    private static string SystemName() => FirstValue("/etc/os-release", "PRETTY_NAME", '=') ?? RuntimeInformation.OSDescription;

    private static string ProcessorName()
        => FirstValue("/proc/cpuinfo", "model name", ':') ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string? FirstValue(string file, string name, char separator)
        => File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(separator, 2)[1]
                .Trim(' ', '"')
            : null;
}
