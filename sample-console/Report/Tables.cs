using System.Globalization;
using SampleConsole.Import;
using SampleConsole.Reading;
using Spectre.Console;

namespace SampleConsole.Report;

/// <summary>The tables at the end.</summary>
internal static class Tables
{
    public static Table Of(ImportTally tally, int leftOut)
    {
        var table = NewTable("What became of the orders", "Told by", "Sales", "Refunds");
        foreach (var verdict in tally.Verdicts)
        {
            var (name, toldBy) = Describe(verdict);
            table.AddRow(name, toldBy, Number(tally.Count(verdict, refunds: false)), Number(tally.Count(verdict, refunds: true)));
        }

        if (leftOut > 0)
            table.AddRow("Left out: one of its lines is broken", "the file", Number(leftOut), "");
        return table;
    }

    public static Table Of(IEnumerable<BrokenLine> brokenLines)
    {
        var table = NewTable("Broken lines", "Count");
        var counts = brokenLines.CountBy(line => line.Reason).OrderByDescending(reason => reason.Value).ThenBy(reason => reason.Key);
        foreach (var (reason, count) in counts)
            table.AddRow(reason, Number(count));
        return table;
    }

    public static Table Of(IEnumerable<CheckedFigure> figures)
    {
        var table = NewTable("Check", "Program", "Database", "");
        foreach (var figure in figures)
        {
            var verdict = figure.Agrees ? "[green]agrees[/]" : "[red]DISAGREES[/]";
            table.AddRow(figure.Name, Number(figure.Program), Number(figure.Database), verdict);
        }

        return table;
    }

    private static (string Name, string ToldBy) Describe(Verdict verdict)
        => verdict switch
        {
            Verdict.Imported => ("Committed", ""),
            Verdict.AlreadyThere => ("Already there", ""),
            Verdict.NumberTaken => ("Rolled back: another order has the number", "result"),
            Verdict.OutOfStock => ("Rolled back: out of stock", "exception"),
            Verdict.CreditLimitExceeded => ("Rolled back: credit limit exceeded", "result"),
            Verdict.NothingToRefund => ("Rolled back: nothing to refund", "result"),
            Verdict.RefundTooLarge => ("Rolled back: refund too large", "result"),
            _ => ("Rolled back: refused by a constraint", "exception"),
        };

    private static Table NewTable(string first, params string[] others)
    {
        var table = new Table().AddColumn(first);
        foreach (var column in others)
            table.AddColumn(column, settings => settings.Alignment(column is "Told by" or "" ? Justify.Left : Justify.Right));
        return table;
    }

    private static string Number(decimal number) => number.ToString("#,##0.##", CultureInfo.InvariantCulture);
}
