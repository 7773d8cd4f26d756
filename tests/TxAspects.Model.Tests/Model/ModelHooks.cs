using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Model;

/// <summary>The hooks of a unit: in the order in which they were added, each once.</summary>
internal sealed class ModelHooks
{
    private readonly List<ModelHook> _waiting = [];
    private readonly List<ModelHook> _undone = [];

    public void Add(ModelHook hook) => _waiting.Add(hook);

    /// <summary>
    /// Before a commit: those that are there now; whether there were any. The first that throws ends it. What a hook does belongs to where
    /// it was added.
    /// </summary>
    public async Task<bool> RunCommittingAsync(Node? of, Place place)
    {
        var taken = _waiting.FindAll(hook => hook.Moment is HookMoment.Committing && IsOf(hook, of));
        _waiting.RemoveAll(taken.Contains);
        foreach (var hook in taken)
        {
            await hook.Body(place with { Node = new Node(hook.Owner, hook.Owner.Name) { Timed = place.Node } });
        }

        return taken.Count > 0;
    }

    /// <summary>After the end of their work: those of the moment run outside the unit, the others go. What they throw is logged.</summary>
    public async Task RunAfterAsync(HookMoment moment, Node? of = null)
    {
        var taken = _waiting.FindAll(hook => IsOf(hook, of));
        _waiting.RemoveAll(taken.Contains);
        await RunAllAsync(taken.Where(hook => hook.Moment == moment));
    }

    /// <summary>Those of nested work that was undone before learn of it when the unit has ended, whatever its outcome.</summary>
    public Task RunUndoneAsync() => RunAllAsync(_undone);

    public void Undo(Node node)
    {
        var undone = _waiting.FindAll(hook => hook.Owner.IsIn(node));
        _undone.AddRange(undone.Where(hook => hook.Moment is HookMoment.RolledBack));
        _waiting.RemoveAll(undone.Contains);
    }

    private static bool IsOf(ModelHook hook, Node? node) => node is null || hook.Owner.IsIn(node);

    private static async Task RunAllAsync(IEnumerable<ModelHook> hooks)
    {
        foreach (var hook in hooks.ToArray())
        {
            try
            {
                await hook.Body(null);
            }
            catch (ModelException)
            {
                // Logged: the outcome stands.
            }
        }
    }
}
