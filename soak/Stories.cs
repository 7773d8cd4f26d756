using System.Text;

namespace TxAspects.Soak;

/// <summary>What each operation did, kept in a file of the run's own, so that a disagreement found at the end can be explained.</summary>
public sealed class Stories : IDisposable
{
    private readonly Lock _gate = new();    // protects the two fields below
    private readonly FileStream _file = new(
        Path.GetTempFileName(),
        new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose });
    private readonly Dictionary<int, (long Offset, int Length)> _places = new(1_000_000);

    public void Keep(int operation, IEnumerable<string> story)
    {
        var text = Encoding.UTF8.GetBytes(string.Join("\n    ", story));
        lock (_gate)
        {
            _places[operation] = (_file.Length, text.Length);
            _file.Position = _file.Length;
            _file.Write(text);
        }
    }

    public string Tell(int operation)
    {
        lock (_gate)
        {
            if (!_places.TryGetValue(operation, out var place))
                return "unknown";

            var text = new byte[place.Length];
            _file.Position = place.Offset;
            _file.ReadExactly(text);
            return Encoding.UTF8.GetString(text);
        }
    }

    public void Dispose() => _file.Dispose();
}
