using System.Text.Encodings.Web;
using System.Text.Json;

namespace TxAspects.Benchmarks.Reporting;

/// <summary>What a run found, as it is kept in a file.</summary>
internal sealed record Results(DateTimeOffset Date, Machine Machine, bool Quick, IReadOnlyList<Figure> Figures)
{
    private static readonly JsonSerializerOptions Format =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes them into a new file of a folder.</summary>
    public string Save(string folder)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{Date.UtcDateTime:yyyyMMdd-HHmmss}{(Quick ? "-quick" : "")}.json");
        File.WriteAllText(file, JsonSerializer.Serialize(this, Format));
        return file;
    }

    public static Results Load(string file) => JsonSerializer.Deserialize<Results>(File.ReadAllText(file), Format)!;
}
