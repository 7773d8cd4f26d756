namespace TxAspects.Units.Ambient;

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

    /// <summary>
    /// Makes a node ambient for a call that may go on asynchronously after this is disposed. Then everything ambient is as before, whatever
    /// the call made so: what the compiler does in an async method.
    /// </summary>
    public EnteredForCall EnterForCall(TNode node)
    {
        var previous = ExecutionContext.Capture();
        var entered = Enter(node);
        return new EnteredForCall(previous, entered);
    }

    /// <summary>Restores everything that was ambient before.</summary>
    public readonly struct EnteredForCall(ExecutionContext? previous, Entered entered) : IDisposable
    {
        public void Dispose()
        {
            // Null where the flow is suppressed.
            if (previous is not null)
                ExecutionContext.Restore(previous);
            else
                entered.Dispose();
        }
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
