namespace TxAspects.Sessions;

/// <summary>One flow's stay inside an admission. For who holds its lock, but for what is ambient.</summary>
internal sealed class Visit
{
    private static readonly AsyncLocal<Visit?> Ambient = new();

    private readonly Visit? _outer = Ambient.Value;
    private int _depth = 1;
    private int _holds;
    private bool _isHandedOver;    // who entered has left, and what it began goes on

    /// <summary>Whether the code that runs here is part of it.</summary>
    public bool IsHere
    {
        get
        {
            for (var visit = Ambient.Value; visit is not null; visit = visit._outer)
            {
                if (visit == this)
                    return true;
            }

            return false;
        }
    }

    /// <summary>From now on what runs here, and what it calls, is part of it.</summary>
    public void Begin() => Ambient.Value = this;

    /// <summary>What runs here is no more part of it.</summary>
    public void End() => Ambient.Value = _outer;

    public void EnterAgain() => _depth++;

    /// <summary>False where whoever leaves goes on being inside. Then, or when it goes on without the flow, it is not over.</summary>
    public bool TryLeave(out bool isOver)
    {
        isOver = false;
        if (--_depth > 0 || _isHandedOver)
            return false;

        isOver = _holds == 0;
        _isHandedOver = !isOver;
        return true;
    }

    public void Hold() => _holds++;

    /// <summary>True where it is over with this.</summary>
    public bool TryRelease() => --_holds == 0 && _isHandedOver;
}
