using System.Globalization;

namespace TxAspects.Benchmarks.Reporting;

/// <summary>Prints each figure when it is known, and keeps them all.</summary>
internal sealed class Report
{
    private readonly List<Figure> _figures = [];

    public IReadOnlyList<Figure> Figures => _figures;

    public int ShortCount => _figures.Count(figure => figure.IsShort);

    public int LimitCount => _figures.Count(figure => figure.Limit is not null);

    public void Add(Figure figure)
    {
        if (_figures.Count == 0 || _figures[^1].Part != figure.Part)
            Console.WriteLine($"{(_figures.Count == 0 ? "" : Environment.NewLine)}{figure.Part}");

        _figures.Add(figure);
        Console.WriteLine(Line(figure).TrimEnd());
    }

    public static string Number(double value) => value.ToString(
        value == Math.Round(value) ? "#,0" : value switch { >= 100 => "#,0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);

    public static string LimitOf(Figure figure)
        => figure.Limit is { } limit ? $"{(figure.AtLeast ? '≥' : '≤')} {limit.ToString("0.##", CultureInfo.InvariantCulture)}" : "";

    public static string SpreadOf(Figure figure)
        => figure is { Low: { } low, High: { } high } ? $"{Number(low)} – {Number(high)}" : "";

    private static string Line(Figure figure)
        => $"  {figure.FullName,-92} {Number(figure.Value),9} {figure.Unit,-5} {Bracketed(SpreadOf(figure)),-19} {LimitOf(figure),-7} " +
           $"{Verdict(figure)}";

    private static string Bracketed(string spread) => spread.Length == 0 ? "" : $"({spread})";

    private static string Verdict(Figure figure) => figure.Limit is null ? "" : figure.IsShort ? "short" : "ok";
}
