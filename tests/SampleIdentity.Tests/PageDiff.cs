namespace SampleIdentity.Tests;

/// <summary>A diff in unified form, as docs/convert.md has it. It is taken back from what it has led to.</summary>
internal sealed class PageDiff
{
    private readonly List<(string File, string[] Lines)> _hunks = [];

    public PageDiff(string text)
    {
        var file = "";
        var lines = new List<string>();
        foreach (var line in text.Split('\n').Append("@@"))
        {
            if (!line.StartsWith("@@", StringComparison.Ordinal) && !line.StartsWith("--- ", StringComparison.Ordinal) &&
                !line.StartsWith("+++ ", StringComparison.Ordinal))
            {
                lines.Add(line);
                continue;
            }

            if (lines.Count > 0)
                _hunks.Add((file, [.. lines]));
            lines.Clear();
            if (line.StartsWith("+++ ", StringComparison.Ordinal))
                file = line[4..];
        }
    }

    public IReadOnlyCollection<string> Files => [.. _hunks.Select(hunk => hunk.File).Distinct()];

    public IReadOnlyCollection<string> Added => Lines('+');

    public IReadOnlyCollection<string> Removed => Lines('-');

    /// <summary>What a file was before. Each hunk must fit in exactly one place.</summary>
    public string TakeBack(string file, string content)
    {
        foreach (var (_, lines) in _hunks.Where(hunk => hunk.File == file))
        {
            var (after, before) = (Side(lines, '-'), Side(lines, '+'));
            Assert.HasCount(2, content.Split(after), $"This is to be found once in '{file}':\n{after}");
            content = content.Replace(after, before, StringComparison.Ordinal);
        }

        return content;
    }

    private static string Side(IEnumerable<string> lines, char without)
        => string.Concat(lines.Where(line => line[0] != without).Select(line => line[1..] + "\n"));

    private string[] Lines(char sign) => [.. _hunks.SelectMany(hunk => hunk.Lines).Where(line => line[0] == sign)];
}
