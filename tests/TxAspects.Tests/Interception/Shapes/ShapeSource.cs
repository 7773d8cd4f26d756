using System.Text;

namespace TxAspects.Tests;

/// <summary>
/// Writes the source of a random component: interfaces, and a hierarchy of classes or records with every way to declare a method.
/// </summary>
public sealed class ShapeSource(int seed)
{
    private static readonly Signature[] Pool =
    [
        new("bool", "Save", "", "", "return true;"),
        new("System.Threading.Tasks.Task<bool>", "SaveAsync", "", "int item", "return System.Threading.Tasks.Task.FromResult(true);"),
        new("bool", "Keep", "<T>", "T item", "return true;"),
        new("void", "Dispose", "", "", ""),
        new("bool", "Dispose", "", "string item", "return true;"),
        new("System.Threading.Tasks.ValueTask", "DisposeAsync", "", "", "return default;"),
        new("System.Threading.Tasks.Task<bool>", "DisposeAsync", "", "int item", "return System.Threading.Tasks.Task.FromResult(true);"),
        new("object", "Make", "", "", "return \"made\";"),
    ];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, List<(Signature Signature, bool HasBody)>> _interfaces = [];
    private int _methods;

    public string Namespace { get; } = $"Shape{seed}";

    /// <summary>The source. Not each one compiles: what C# forbids is left to its compiler.</summary>
    public string Write()
    {
        _text.AppendLine($"namespace {Namespace} {{").AppendLine("using TxAspects;").AppendLine("using TxAspects.Tests;");
        WriteInterface("IFirst", []);
        WriteInterface("ISecond", Chance(40) ? ["IFirst"] : Chance(30) ? ["System.IDisposable"] : []);
        WriteInterface("IThird<T>", Chance(25) ? ["System.IAsyncDisposable"] : []);
        WriteClasses();
        WriteDecorator();
        return _text.AppendLine("}").ToString();
    }

    private void WriteInterface(string name, string[] bases)
    {
        var members = new List<(Signature, bool)>();
        _text.AppendLine($"{Attribute(15)} {(Chance(85) ? "public" : "internal")} interface {name} " +
                         $"{(bases.Length > 0 ? ": " : "")}{string.Join(", ", bases)} {{");
        foreach (var signature in Pool.Where(_ => Chance(25)))
        {
            var hasBody = Chance(20);
            var isNew = bases is ["IFirst"] && _interfaces["IFirst"].Exists(one => one.Signature == signature) ? "new " : "";
            members.Add((signature, hasBody));
            _text.AppendLine($"{Attribute(12)} {(hasBody ? Numbered() : "")} " +
                             $"{isNew}{signature.Head(signature.Name)}{(hasBody ? Body(signature) : ";")}");
        }

        _interfaces[name.Replace("<T>", "<int>")] = members;
        _text.AppendLine("}");
    }

    private void WriteClasses()
    {
        var kind = Chance(25) ? "record" : "class";
        var inherited = new Dictionary<Signature, string>();
        var levels = _random.Next(1, 4);
        for (var level = 0; level < levels; level++)
        {
            var interfaces = _interfaces.Keys.Where(_ => Chance(level == levels - 1 ? 55 : 30)).ToArray();
            var bases = (level == 0 ? [] : new[] { $"C{level - 1}" }).Concat(interfaces).ToArray();
            _text.AppendLine($"{Attribute(20)} {(Chance(90) ? "public" : "internal")} {kind} C{level} " +
                             $"{(bases.Length > 0 ? ": " : "")}{string.Join(", ", bases)} {{");
            var declared = new HashSet<Signature>();
            foreach (var signature in Pool)
            {
                if (Declaration(signature, inherited) is { } modifiers)
                {
                    declared.Add(signature);
                    WriteMethod(signature, modifiers);
                }
            }

            foreach (var (@interface, signature) in interfaces.SelectMany(
                one => _interfaces[one].Select(member => (one, member.Signature))))
                WriteImplementation(@interface, signature, declared, inherited);
            _text.AppendLine("}");
        }
    }

    // What it decorates is called outside a unit alone, so that only its own declarations count for it.
    private void WriteDecorator()
    {
        _text.AppendLine($"{Attribute(30)} public class Decorator(IFirst inner) : IFirst {{");
        foreach (var (signature, _) in _interfaces["IFirst"])
        {
            var call = $"if (!Tx.IsOpen) inner.{signature.Name}({(signature.Parameters.Length > 0 ? "item" : "")});";
            _text.AppendLine($"{Attribute(15)} {Numbered()} public " +
                             $"{signature.Head(signature.Name)}{Body(signature).Replace(" ShapeLog", $" {call} ShapeLog")}");
        }

        _text.AppendLine("}");
    }

    private void WriteImplementation(
        string @interface, Signature signature, HashSet<Signature> declared, Dictionary<Signature, string> inherited)
    {
        if (Chance(35))
        {
            _text.AppendLine($"{Attribute(12)} {Numbered()} {signature.Head($"{@interface}.{signature.Name}")}{Body(signature)}");
        }
        else if (!inherited.ContainsKey(signature) && declared.Add(signature))
        {
            var modifiers = Chance(60) ? "public virtual" : "public";
            inherited[signature] = modifiers;
            WriteMethod(signature, modifiers);
        }
    }

    private string? Declaration(Signature signature, Dictionary<Signature, string> inherited)
    {
        if (!Chance(30))
            return null;

        var choices = inherited.GetValueOrDefault(signature) switch
        {
            null => new[] { "public virtual", "public virtual", "public", "protected virtual", "internal virtual", "private" },
            { } one when one.EndsWith("virtual", StringComparison.Ordinal) || one.EndsWith(" override", StringComparison.Ordinal) =>
                [one.Split(' ')[0] + " override", one.Split(' ')[0] + " override", one.Split(' ')[0] + " sealed override",
                    "public new virtual", "public new"],
            _ => ["public new", "public new virtual"],
        };
        var chosen = choices[_random.Next(choices.Length)];
        if (chosen is not "private")
            inherited[signature] = chosen.Contains("sealed", StringComparison.Ordinal) ? "sealed" : chosen;
        return chosen;
    }

    // An override of 'object Make()' may return less.
    private void WriteMethod(Signature signature, string modifiers)
    {
        var head = signature.Head(signature.Name);
        if (signature.Name is "Make" && modifiers.EndsWith(" override", StringComparison.Ordinal) && Chance(50))
            head = head.Replace("object", "string", StringComparison.Ordinal);
        _text.AppendLine($"{Attribute(15)} {Numbered()} {modifiers} {head}{Body(signature)}");
    }

    private string Body(Signature signature) => $" {{ ShapeLog.Note({_methods}); {signature.Body} }}";

    private string Numbered() => $"[ShapeMethod({++_methods})]";

    private string Attribute(int percent) => Chance(percent) ? Chance(90) ? "[UnitOfWork]" : "[NewContext]" : "";

    private bool Chance(int percent) => _random.Next(100) < percent;

    private sealed record Signature(string Returns, string Name, string Types, string Parameters, string Body)
    {
        public string Head(string name) => $"{Returns} {name}{Types}({Parameters})";
    }
}
