namespace SampleWeb.Workflows;

/// <summary>A type or member as it stands in a source file, which the program carries as a resource.</summary>
/// <param name="File">The name of the file.</param>
/// <param name="Text">The member, without the indentation of its type.</param>
public sealed record Snippet(string File, string Text)
{
    /// <summary>What is declared on the first line with this text, attributes included.</summary>
    public static Snippet Of(string file, string declaration)
    {
        var lines = Read(file);
        var start = Array.FindIndex(lines, line => line.Contains(declaration, StringComparison.Ordinal));
        if (start < 0)
            throw new ArgumentException($"'{file}' has no '{declaration}'.", nameof(declaration));

        var end = FindEnd(lines, start);
        var indent = lines[start].Length - lines[start].TrimStart().Length;
        while (start > 0 && lines[start - 1].TrimStart().StartsWith('['))
            start--;
        return new Snippet(file, string.Join('\n', lines[start..(end + 1)].Select(line => line.Length > indent ? line[indent..] : "")));
    }

    // A declaration ends at the first semicolon or closing brace that is in no bracket.
    private static int FindEnd(string[] lines, int start)
    {
        var depth = 0;
        for (var i = start; i < lines.Length; i++)
        {
            foreach (var c in lines[i].Split("//")[0])
            {
                if (c is '(' or '[' or '{')
                    depth++;
                else if (c is ')' or ']' or '}')
                    depth--;
                if (depth == 0 && c is (';' or '}'))
                    return i;
            }
        }

        throw new ArgumentException("The declaration has no end.", nameof(lines));
    }

    private static string[] Read(string file)
    {
        using var stream = typeof(Snippet).Assembly.GetManifestResourceStream(file)
            ?? throw new ArgumentException($"The program does not carry '{file}'.", nameof(file));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n');
    }
}
