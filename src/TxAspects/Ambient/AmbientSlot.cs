namespace TxAspects.Ambient;

/// <summary>What is ambient here: one node, which flows with asynchronous calls and never back to the caller.</summary>
internal sealed class AmbientSlot<TNode>
    where TNode : class
{
    private readonly AsyncLocal<TNode?> _current = new();

    public TNode? Current => _current.Value;

    /// <summary>Makes a node ambient, or none with null, until the result is disposed.</summary>
    public Entered Enter(TNode? node)
    {
        var previous = _current.Value;
        if (!ReferenceEquals(previous, node))
            _current.Value = node;
        return new Entered(this, previous);
    }

    /// <summary>Restores what was ambient before.</summary>
    public readonly struct Entered(AmbientSlot<TNode> slot, TNode? previous) : IDisposable
    {
        public void Dispose()
        {
            if (!ReferenceEquals(slot._current.Value, previous))
                slot._current.Value = previous;
        }
    }
}
