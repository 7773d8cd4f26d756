using System.Globalization;

namespace TxAspects.Testing.Servers.Templates;

/// <summary>What is known of a template: written beside its data when it is complete.</summary>
/// <param name="Version">The server's version.</param>
/// <param name="Files">How many files its data directory has.</param>
/// <param name="Place">Where the superuser's verifier is.</param>
internal sealed record TemplateRecord(string Version, int Files, VerifierPlace Place)
{
    public static TemplateRecord? Read(string path)
        => File.Exists(path) && File.ReadAllLines(path) is [var version, var files, var file, var offset, var verifier]
            ? new TemplateRecord(version, Number(files), new VerifierPlace(file, Number(offset), verifier))
            : null;

    public void Write(string path) => File.WriteAllLines(
        path, [Version, Text(Files), Place.File, Text(Place.Offset), Place.Verifier]);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
