using System.Globalization;

namespace SampleConsole.Import;

/// <summary>What is said of a run that goes on where an earlier one broke off, or that broke off itself.</summary>
internal static class Resumption
{
    /// <summary>Whether starting again goes on, which it does in a database that is still there.</summary>
    public static string Advice(CommandLine commandLine)
        => commandLine.Connection is null
            ? "The database was a temporary one, and what was imported is gone with it. With --connection a run can be resumed."
            : "Start again with the same --connection: what is imported is left as it is, and the rest is tried again.";

    /// <summary>How many orders a run has tried. Those that were there already cost it next to nothing, and are told apart.</summary>
    public static string Describe(ImportTally tally, TimeSpan time)
    {
        var there = tally.Count(Verdict.AlreadyThere);
        var tried = tally.Total - there;
        var speed = tried == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {tried / time.TotalSeconds:0} per second");
        return string.Create(CultureInfo.InvariantCulture, $"Orders tried: {tried} in {time.TotalSeconds:0.0} s{speed}.") +
               (there == 0 ? "" : $" There already: {there}.");
    }
}
