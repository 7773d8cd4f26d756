using System.Globalization;
using System.Text;

namespace TxAspects.Benchmarks.Reporting;

/// <summary>Draws bars of some figures, in colours that can be read on light and dark ground.</summary>
internal static class Chart
{
    private const int Width = 820;
    private const int LabelWidth = 270;
    private const int BarWidth = 430;
    private const int RowHeight = 22;
    private const int PanelGap = 52;

    private static readonly (string Title, string Part, string Column)[] Panels =
    [
        ("One call without a database, Task<int> that completes at once, ns", "Time of one call", "Task<int>"),
        ("A unit with one insert, µs", "Time of one unit", "one insert"),
        ("The same with 1 ms of network delay, ms", "With 1 ms of network delay, time of one unit", "one insert"),
        ("64 at once over a pool of 16, units per second (more is better)", "Units per second over a pool of 16", "64 at once"),
    ];

    private static readonly string[] OurNames = ["ours", "unattributed method", "joined call", "outermost call, no SQL"];

    public static string Draw(Results results)
    {
        var body = new StringBuilder();
        var y = 0;
        foreach (var (title, part, column) in Panels)
        {
            var figures = results.Figures.Where(figure => figure.Part == part && figure.Column == column).ToArray();
            y += PanelGap;
            body.Append(CultureInfo.InvariantCulture, $"""  <text class="title" x="10" y="{y - 14}">{Escape(title)}</text>""").Append('\n');
            foreach (var figure in figures)
            {
                AppendBar(body, figure, y, figures.Max(one => one.Value));
                y += RowHeight;
            }
        }

        return $$"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{{Width}}" height="{{y + 20}}" viewBox="0 0 {{Width}} {{y + 20}}" role="img" aria-label="The figures of docs/performance.md as bars">
              <style>
                text { font: 13px system-ui, sans-serif; fill: #1f2328; }
                .title { font-weight: 600; }
                .ours { fill: #0969da; }
                .other { fill: #8c959f; }
                @media (prefers-color-scheme: dark) {
                  text { fill: #e6edf3; }
                  .ours { fill: #4493f8; }
                  .other { fill: #6e7681; }
                }
              </style>
            {{body}}</svg>

            """.ReplaceLineEndings("\n");
    }

    private static void AppendBar(StringBuilder body, Figure figure, int y, double most)
    {
        var width = Math.Max(1, figure.Value / most * BarWidth);
        var kind = OurNames.Contains(figure.Name) ? "ours" : "other";
        var label = kind == "ours" && figure.Name != "ours" ? $"ours: {figure.Name}" : figure.Name;
        body.Append(CultureInfo.InvariantCulture, $"""  <text x="{LabelWidth}" y="{y + 13}" text-anchor="end">{Escape(label)}</text>""").Append('\n');
        body.Append(CultureInfo.InvariantCulture, $"""  <rect class="{kind}" x="{LabelWidth + 10}" y="{y + 1}" width="{width:0.#}" height="{RowHeight - 6}" rx="2"/>""").Append('\n');
        body.Append(CultureInfo.InvariantCulture, $"""  <text x="{LabelWidth + 16 + width:0.#}" y="{y + 13}">{Report.Number(figure.Value)}</text>""").Append('\n');
    }

    private static string Escape(string text)
        => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
}
