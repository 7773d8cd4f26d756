using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace SampleConsole.Reading;

/// <summary>One line as columns. What does not fit throws <see cref="BrokenLineException"/>.</summary>
internal sealed class Record
{
    private const decimal LargestAmount = 9_999_999.99m;
    private const int LargestQuantity = 1_000_000;
    private const int LongestText = 60;

    private readonly string[] _columns;
    private readonly BrokenLineException? _defect;

    private Record(string[] columns, BrokenLineException? defect) => (_columns, _defect) = (columns, defect);

    /// <summary>The first column.</summary>
    public string Kind => _columns[0];

    /// <summary>The second column, even of a broken line; empty where there is none.</summary>
    public string Key => _columns.Length > 1 ? _columns[1] : "";

    /// <summary>Splits a line into columns, as far as that can be done; <see cref="ThrowIfDefect"/> tells why it could not.</summary>
    public static Record Split(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var defect = FindForeignCharacter(bytes, text);

        // A parser for each line: a quote that is never closed then costs one line, and not the rest of the file.
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            TrimOptions = TrimOptions.Trim,
            BadDataFound = _ => defect ??= new BrokenLineException(
                "a quote is not closed or stands inside a column", "Put quotes around a whole column, and double those inside."),
        };
        using var parser = new CsvParser(new StringReader(text), configuration);
        return new Record(parser.Read() ? parser.Record! : [""], defect);
    }

    public void ThrowIfDefect()
    {
        if (_defect is not null)
            throw _defect;
    }

    public void RequireColumns(int count)
    {
        if (_columns.Length != count)
            throw new BrokenLineException("wrong number of columns", $"'{Shorten(Kind)}' has {count}, this line has {_columns.Length}.");
    }

    public string Text(int column, string name)
        => _columns[column] switch
        {
            "" => throw new BrokenLineException("a column is empty", $"The {name} is missing."),
            { Length: > LongestText } text => throw new BrokenLineException(
                "text too long", $"The {name} has {text.Length} characters, {LongestText} are allowed."),
            var text => text,
        };

    public DateOnly Date(int column)
        => DateOnly.TryParseExact(_columns[column], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw new BrokenLineException("not a date", $"'{Shorten(_columns[column])}' is no day of the form 2025-12-31.");

    public decimal Amount(int column, string name)
    {
        var amount = Number(column, name);
        if (amount <= 0)
            throw new BrokenLineException("not a positive amount", $"The {name} is {_columns[column]}.");
        if (amount != decimal.Round(amount, 2))
            throw new BrokenLineException("more than two decimals", $"The {name} is {Shorten(_columns[column])}.");
        return amount <= LargestAmount ? amount : throw TooLarge(column, name);
    }

    public int Quantity(int column, string name, int least = 1)
    {
        var quantity = Number(column, name);
        if (quantity != decimal.Truncate(quantity))
            throw new BrokenLineException("not a whole number", $"The {name} is {Shorten(_columns[column])}.");
        if (quantity < least)
        {
            throw new BrokenLineException(
                "quantity too small", $"The {name} is {Shorten(_columns[column])}, the least is {least}.");
        }

        return quantity <= LargestQuantity ? (int)quantity : throw TooLarge(column, name);
    }

    private decimal Number(int column, string name)
    {
        var text = _columns[column];
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var number))
            return number;

        throw text.Length > 0 && text.All(char.IsAsciiDigit)
            ? TooLarge(column, name)
            : new BrokenLineException("not a number", $"The {name} is '{Shorten(text)}'.");
    }

    private BrokenLineException TooLarge(int column, string name)
        => new("number too large", $"The {name} is {Shorten(_columns[column])}.");

    private static BrokenLineException? FindForeignCharacter(ReadOnlySpan<byte> bytes, string text)
    {
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
            return new BrokenLineException("not UTF-8", "The line has bytes that are no text.");

        var position = text.AsSpan().IndexOfAnyInRange('\0', '\x1f');
        return position < 0
            ? null
            : new BrokenLineException("control character", $"U+{(int)text[position]:X4} stands at position {position + 1}.");
    }

    private static string Shorten(string text) => text.Length <= 30 ? text : $"{text[..30]}...";
}
