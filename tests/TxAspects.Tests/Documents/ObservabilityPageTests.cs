using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>docs/observability.md names what there is, all of it, and nothing else.</summary>
[TestClass]
public sealed partial class ObservabilityPageTests : DatabaseTests
{
    private static readonly string Page = ReadPage();

    private static IEnumerable<string> Constants
        => TypeOf("Telemetry").GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy)
            .Where(constant => constant.IsLiteral)
            .Select(constant => (string)constant.GetRawConstantValue()!);

    [TestMethod]
    public void Instruments_and_units_are_those_of_the_page()
        => AssertSame(
            Instruments().Select(instrument => $"{instrument.Name} {KindOf(instrument)} {instrument.Unit}"),
            InstrumentRow().Matches(Page).Select(row => $"{row.Groups[1].Value} {row.Groups[2].Value} {row.Groups[3].Value}"));

    [TestMethod]
    public void Tags_are_those_of_the_page()
        => AssertSame(
            Constants.Where(name => name.Contains('.', StringComparison.Ordinal))
                .Concat(Instruments().Select(instrument => instrument.Name)),
            Name().Matches(Page).Select(name => name.Groups[1].Value).Distinct());

    [TestMethod]
    public void Other_names_stand_on_the_page()
    {
        foreach (var name in Constants.Append("AddSource(\"TxAspects\")").Append("AddMeter(\"TxAspects\")"))
            StringAssert.Contains(Page, name);
    }

    [TestMethod]
    [DataRow("UnitTrace", "exception", "doomed", "requested", "commit_failed", "abandoned")]
    [DataRow("Telemetry", "committed", "rolled_back", "partly_committed", "unknown")]
    [DataRow("NestedCall", "kept", "undone")]
    [DataRow("UnitWatch", "open", "idle_in_transaction")]
    public void Values_stand_on_the_page_and_in_the_source(string source, params string[] values)
    {
        var text = string.Join('\n', SourceFile.All.Single(file => file.Path.EndsWith($"/{source}.cs", StringComparison.Ordinal)).Lines);
        foreach (var value in values)
        {
            StringAssert.Contains(Page, $"`{value}`");
            StringAssert.Contains(text, $"\"{value}\"");
        }
    }

    [TestMethod]
    public void Event_ids_and_levels_are_those_of_the_page()
        => AssertSame(
            TypeOf("Log").GetMethods(BindingFlags.Public | BindingFlags.Static)
                .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
                .OfType<LoggerMessageAttribute>()
                .Select(message => string.Create(CultureInfo.InvariantCulture, $"{message.EventId} {message.Level}")),
            MessageRow().Matches(Page).Select(row => $"{row.Groups[1].Value} {row.Groups[2].Value}"));

    [TestMethod]
    public void Options_stand_on_the_page()
    {
        foreach (var name in new[] { nameof(TxAspectsOptions.OnEnded), nameof(TxAspectsOptions.WarnWhenOpenLongerThan),
            nameof(TxAspectsOptions.WarnWhenIdleInTransactionLongerThan) })
            StringAssert.Contains(Page, $"options.{name} = ");
    }

    private static List<Instrument> Instruments()
    {
        var instruments = new List<Instrument>();
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(TypeOf("Telemetry").TypeHandle);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == "TxAspects")
                instruments.Add(instrument);
        };
        listener.Start();
        return instruments;
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Histogram<double> => "histogram",
        UpDownCounter<long> => "up-down counter",
        Counter<long> => "counter",
        _ => instrument.GetType().Name,
    };

    private static Type TypeOf(string name) => typeof(Tx).Assembly.GetType($"TxAspects.Observing.{name}", throwOnError: true)!;

    private static void AssertSame(IEnumerable<string> expected, IEnumerable<string> actual)
        => Assert.AreEqual(
            string.Join('\n', expected.Order(StringComparer.Ordinal)), string.Join('\n', actual.Order(StringComparer.Ordinal)));

    private static string ReadPage()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TxAspects.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No TxAspects.sln above the tests.");
        return File.ReadAllText(Path.Combine(folder, "docs", "observability.md")).ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"^\| `([\w.]+)` \| ([\w -]+) \| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex InstrumentRow();

    [GeneratedRegex(@"`(txaspects\.[\w.]+|error\.type)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\| (\d+) \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex MessageRow();
}
