using System.Globalization;
using System.Text;

namespace TxAspects.Benchmarks.Reporting;

/// <summary>Puts the figures into docs/performance.md, between its two marks, and draws the chart beside it.</summary>
internal static class Documents
{
    private const string Begin = "<!-- figures: written by eng/bench -->";
    private const string End = "<!-- end of figures -->";

    public static void Write(Results results, string folder)
    {
        var page = Path.Combine(folder, "performance.md");
        var text = File.ReadAllText(page);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = text.IndexOf(End, StringComparison.Ordinal);
        File.WriteAllText(page, $"{text[..begin]}\n\n{Tables(results)}\n{text[end..]}");
        File.WriteAllText(Path.Combine(folder, "performance.svg"), Chart.Draw(results));
    }

    private static string Tables(Results results)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Measured on {results.Date.UtcDateTime:yyyy-MM-dd} on: {results.Machine}.\n\n");
        text.Append("![The chart of these figures](performance.svg)\n\n### What should hold\n\n");
        AppendList(text, results.Figures.Where(figure => figure.Limit is not null), withPart: true);
        foreach (var part in results.Figures.GroupBy(figure => figure.Part))
        {
            var figures = part.Where(figure => figure.Limit is null || figure.Column is not null).ToArray();
            if (figures.Length == 0)
                continue;

            text.Append(CultureInfo.InvariantCulture, $"\n### {part.Key}\n\n");
            if (figures[0].Column is null)
                AppendList(text, figures, withPart: false);
            else
                AppendTable(text, figures);
        }

        // A type argument is no tag.
        return text.Replace("<", "&lt;").ToString();
    }

    private static void AppendList(StringBuilder text, IEnumerable<Figure> figures, bool withPart)
    {
        text.Append(withPart ? "| | | median | quartiles | limit | |\n|---|---|--:|--:|--:|---|\n" : "| | median | quartiles |\n|---|--:|--:|\n");
        foreach (var figure in figures)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(withPart ? $"| {figure.Part} " : "")}| {figure.FullName} | {Cell(figure)} | " +
                                                      $"{Report.SpreadOf(figure)} |");
            text.Append(withPart ? $" {Report.LimitOf(figure)} | {(figure.IsShort ? "short" : "ok")} |\n" : "\n");
        }
    }

    private static void AppendTable(StringBuilder text, Figure[] figures)
    {
        var columns = figures.Select(figure => figure.Column).Distinct().ToArray();
        text.Append(CultureInfo.InvariantCulture, $"| | {string.Join(" | ", columns)} " +
                                                  $"|\n|---{string.Concat(columns.Select(_ => "|--:"))}|\n");
        foreach (var row in figures.GroupBy(figure => figure.Name))
        {
            var cells = columns.Select(column => row.FirstOrDefault(figure => figure.Column == column) is { } figure ? Cell(figure) : "");
            text.Append(CultureInfo.InvariantCulture, $"| {row.Key} | {string.Join(" | ", cells)} |\n");
        }
    }

    private static string Cell(Figure figure) => $"{Report.Number(figure.Value)} {figure.Unit}".TrimEnd();
}
