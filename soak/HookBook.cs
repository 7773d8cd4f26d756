namespace TxAspects.Soak;

/// <summary>The hooks of one unit, and what they must see.</summary>
public sealed class HookBook
{
    private readonly List<HookModel> _hooks = [];
    private readonly HashSet<string> _used = [];    // connects that may hold uncommitted work

    public bool IsUsed(string? connect) => connect is null ? _used.Count > 0 : _used.Contains(connect);

    public void Use(params ReadOnlySpan<string> connects)
    {
        foreach (var connect in connects)
            _used.Add(connect);
    }

    public void Add(HookModel hook) => _hooks.Add(hook);

    /// <summary>
    /// Work was ended early: in one connect or, with null, in all. Where another one may hold uncommitted work, the hooks may wait for
    /// that.
    /// </summary>
    public void End(string? connect, HookFate fate, int since = 0)
    {
        var mayWait = _used.Any(one => connect is not null && one != connect);
        foreach (var hook in Open(since))
            hook.Fate = mayWait ? HookFate.Unclear : fate;
        if (connect is null)
            _used.Clear();
        else
            _used.Remove(connect);
    }

    /// <summary>The outcome of a commit is unknown, or in part.</summary>
    public void Doubt() => Open(since: 0).ForEach(hook => hook.Fate = HookFate.Never);

    /// <summary>The model cannot tell what the hooks learn.</summary>
    public void Blur(int since = 0) => Open(since).ForEach(hook => hook.Fate = HookFate.Unclear);

    /// <summary>Synchronous code begins, which can end work but not await hooks.</summary>
    public void BlurAwaited() => Open(since: 0).FindAll(hook => hook.IsAwaited).ForEach(hook => hook.Fate = HookFate.Unclear);

    /// <summary>A nested call or a block was undone.</summary>
    public void Undo(int since) => Open(since).ForEach(hook => hook.Fate = HookFate.Undone);

    /// <summary>The unit has ended. What was undone before is told of it in any case.</summary>
    public void EndUnit(HookFate fate)
    {
        foreach (var hook in _hooks.Where(hook => hook.IsWaiting))
            hook.Fate = hook.Fate is HookFate.Undone ? HookFate.RolledBack : fate;
    }

    /// <summary>The attempt is repeated, and its hooks never run.</summary>
    public void Repeat() => _hooks.FindAll(hook => hook.IsWaiting).ForEach(hook => hook.Fate = HookFate.Never);

    private List<HookModel> Open(int since) => _hooks.FindAll(hook => hook.Fate is HookFate.Open && hook.Sequence > since);
}
