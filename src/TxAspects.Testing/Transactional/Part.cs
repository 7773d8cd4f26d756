using Microsoft.EntityFrameworkCore;

namespace TxAspects.Testing.Transactional;

/// <summary>A transaction of the application, which is a savepoint here.</summary>
internal sealed class Part(DbContext context, ITxUnit? unit, bool isOfUnit)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DbContext Context => context;

    /// <summary>False for a session in hand: it has a unit around it at most.</summary>
    public bool IsOfUnit => isOfUnit;

    public string Name { get; } =
        isOfUnit ? unit!.Name : unit is null ? "a session outside any unit" : $"a session of its own in {unit.Name}";

    /// <summary>Who sent commands meanwhile that belong to a part below this one.</summary>
    public string? Visitor { get; set; }

    public Task Ended => _ended.Task;

    /// <summary>
    /// Whether the other one surely waits for this one to end: it belongs to a unit around this one. What runs beside it, or may do so,
    /// takes turns instead.
    /// </summary>
    public bool IsInside(Part other)
    {
        if (!other.IsOfUnit)
            return false;

        for (var around = isOfUnit ? unit!.Around : unit; around is not null; around = around.Around)
        {
            if (around.Id == other.UnitId)
                return true;
        }

        return false;
    }

    public void End() => _ended.TrySetResult();

    private long? UnitId => unit?.Id;
}
