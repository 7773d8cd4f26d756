#:property PublishAot=false
// Checks the packages that eng/pack made: dotnet run eng/check-packages.cs -- FOLDER
// Says in words what is wrong with which package. The exit code is then 1.

using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

const int MostIcon = 32 * 1024, LeastReadme = 200, MostNotes = 35_000;
string[] bounded = ["Autofac", "Castle.Core", "Microsoft.EntityFrameworkCore.Relational", "Npgsql", "Npgsql.EntityFrameworkCore.PostgreSQL",
    "OpenTelemetry.Api.ProviderBuilderExtensions"];
string[] rules = ["analyzers/dotnet/cs/TxAspects.Analyzers.dll", "analyzers/dotnet/cs/TxAspects.Analyzers.CodeFixes.dll"];

var folder = args[0];
var repository = Directory.GetCurrentDirectory();
var findings = new List<string>();
var packages = Directory.EnumerateFiles(folder, "*.nupkg").Order(StringComparer.Ordinal).Select(file => new Package(file)).ToArray();
if (packages.Length == 0)
{
    Console.Error.WriteLine($"There are no packages in {folder}.");
    return 1;
}

foreach (var package in packages)
{
    CheckDescription(package);
    CheckDependencies(package);
    CheckContents(package);
    CheckPaths(package);
    package.Dispose();
}

CheckSet();
foreach (var finding in findings)
    Console.Error.WriteLine(finding);
if (findings.Count == 0)
    Console.WriteLine($"{packages.Length} packages of version {packages[0].Version} are whole.");
return findings.Count == 0 ? 0 : 1;

void Check(bool isSo, Package package, string otherwise)
{
    if (!isSo)
        findings.Add($"{package.Id}: {otherwise}");
}

// The page that lists the packages and the folder agree, so neither a package nor its row is forgotten.
void CheckSet()
{
    var page = File.ReadAllText(Path.Combine(repository, "docs", "packages.md"));
    var listed = Regex.Matches(page, @"^\| `(TxAspects[\w.]*)` \|", RegexOptions.Multiline).Select(row => row.Groups[1].Value).ToArray();
    findings.AddRange(packages.Where(package => !listed.Contains(package.Id)).Select(package => $"{package.Id} is not in docs/packages.md."));
    findings.AddRange(listed.Where(id => packages.All(package => package.Id != id)).Select(id => $"{id} of docs/packages.md was not made."));
    if (packages.Select(package => package.Version).Distinct().Count() != 1)
        findings.Add("The packages have different versions.");
}

void CheckDescription(Package package)
{
    Check(package.Text("license") == "MIT", package, "The licence is not the expression MIT.");
    foreach (var name in new[] { "authors", "description", "tags", "copyright", "releaseNotes" })
        Check(package.Text(name).Length > 0, package, $"There is no '{name}'.");
    Check(package.Text("releaseNotes").Length <= MostNotes, package, $"The release notes are longer than {MostNotes} characters.");
    Check(package.Text("releaseNotes").StartsWith("## ", StringComparison.Ordinal), package, "The release notes are no section of CHANGELOG.md.");

    var icon = package.Bytes(package.Text("icon"));
    Check(icon is [0x89, (byte)'P', (byte)'N', (byte)'G', ..] and { Length: <= MostIcon }, package, "There is no icon, or it is no small PNG.");
    var readme = Encoding.UTF8.GetString(package.Bytes(package.Text("readme")));
    Check(readme.Length >= LeastReadme && readme.Contains("```", StringComparison.Ordinal), package, "There is no README with an example.");
    Check(!Regex.IsMatch(readme, @"\]\((?!https:)"), package, "The README has a link that leads nowhere outside the repository.");

    var source = package.Metadata.Elements().SingleOrDefault(element => element.Name.LocalName == "repository");
    Check(source?.Attribute("commit") is { Value.Length: 40 }, package, "It does not tell the commit it was made from.");
    var url = source?.Attribute("url")?.Value;
    Check(url is null || Regex.IsMatch(url, "^https://[^/@]+/"), package, "The address of the repository is none on the web.");
}

void CheckDependencies(Package package)
{
    foreach (var dependency in package.Metadata.Descendants().Where(element => element.Name.LocalName == "dependency"))
    {
        var (id, range) = (dependency.Attribute("id")!.Value, dependency.Attribute("version")!.Value);
        if (id.StartsWith("TxAspects", StringComparison.Ordinal))
            Check(range == $"[{package.Version}]", package, $"It takes {id} {range}, not exactly its own version.");
        else
            Check(!bounded.Contains(id) || range.EndsWith(')'), package, $"It takes {id} {range} without an upper bound.");
        Check(!id.Contains("Analyzers", StringComparison.Ordinal), package, $"It depends on {id}, which only the build needs.");
    }
}

void CheckContents(Package package)
{
    var analyzers = package.Names.Where(name => name.StartsWith("analyzers/", StringComparison.Ordinal)).Order().ToArray();
    Check(analyzers.SequenceEqual(package.Id == "TxAspects" ? rules.Order() : []), package, "The rules are missing, or where none belong.");

    var libraries = package.Names.Where(name => Regex.IsMatch(name, @"^lib/.*\.dll$")).ToArray();
    if (package.Metadata.Descendants().Any(element => element.Attribute("name")?.Value == "Template"))
    {
        Check(libraries.Length == 0, package, "A template pack has no library.");
        Check(package.Names.Any(name => name.EndsWith("/.template.config/template.json", StringComparison.Ordinal)), package, "It has no template.");
        return;
    }

    Check(libraries is [var only] && only == $"lib/net10.0/{package.Id}.dll", package, "It does not have the one library of its name.");
    Check(File.Exists(package.SymbolsFile), package, "There is no symbols package.");
    foreach (var library in libraries)
    {
        Check(package.Names.Contains(Path.ChangeExtension(library, ".xml")), package, $"{library} has no documentation.");
        if (File.Exists(package.SymbolsFile))
            CheckSymbols(package, library);
    }
}

void CheckSymbols(Package package, string library)
{
    using var symbols = new Package(package.SymbolsFile);
    using var image = new PEReader(new MemoryStream(package.Bytes(library)));
    var entry = image.ReadDebugDirectory().Single(debug => debug.Type == DebugDirectoryEntryType.CodeView);
    var view = image.ReadCodeViewDebugDirectoryData(entry);
    Check(view.Path.StartsWith("/_/", StringComparison.Ordinal), package, $"{library} names a folder of this machine.");

    var pdb = symbols.Bytes(Path.ChangeExtension(library, ".pdb"));
    Check(pdb.Length > 0, package, $"{library} has no symbols.");
    if (pdb.Length == 0)
        return;

    using var provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(pdb));
    var reader = provider.GetMetadataReader();
    var isOfLibrary = new BlobContentId(reader.DebugMetadataHeader!.Id) == new BlobContentId(view.Guid, entry.Stamp);
    Check(isOfLibrary, package, $"The symbols are those of another {library}.");
    foreach (var document in reader.Documents.Select(handle => reader.GetString(reader.GetDocument(handle).Name)))
        Check(document.StartsWith("/_/", StringComparison.Ordinal), package, $"The symbols name a source file of this machine: {document}.");
}

// Whatever the file: no text in it is the path of this repository.
void CheckPaths(Package package)
{
    foreach (var name in package.Names)
    {
        var bytes = package.Bytes(name).AsSpan();
        var isIn = bytes.IndexOf(Encoding.UTF8.GetBytes(repository)) >= 0 || bytes.IndexOf(Encoding.Unicode.GetBytes(repository)) >= 0;
        Check(!isIn, package, $"{name} has a path of this machine in it.");
    }
}

sealed class Package : IDisposable
{
    private readonly ZipArchive _archive;

    public Package(string file)
    {
        SymbolsFile = Path.ChangeExtension(file, ".snupkg");
        _archive = ZipFile.OpenRead(file);
        Names = [.. _archive.Entries.Select(entry => entry.FullName)];
        using var nuspec = new MemoryStream(Bytes(Names.Single(name => name.EndsWith(".nuspec", StringComparison.Ordinal))));
        Metadata = XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    public string SymbolsFile { get; }

    public string[] Names { get; }

    public XElement Metadata { get; }

    public string Id => Text("id");

    public string Version => Text("version");

    public string Text(string name) => Metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value.Trim() ?? "";

    /// <summary>Empty where there is no such file.</summary>
    public byte[] Bytes(string name)
    {
        if (_archive.GetEntry(name) is not { } entry)
            return [];
        using var source = entry.Open();
        using var copy = new MemoryStream();
        source.CopyTo(copy);
        return copy.ToArray();
    }

    public void Dispose() => _archive.Dispose();
}
