namespace TxAspects.Model.Tests.Model;

/// <summary>The session of one connect in one unit.</summary>
internal sealed class ModelSession(ModelUnit unit, int connect, ModelRows rows)
{
    public int Connect => connect;

    public Transaction? Transaction { get; set; }

    public ModelUnit Unit => unit;

    public List<Entity> Entities { get; } = [];

    public bool IsClosed { get; set; }

    public bool HasChanges => Entities.Exists(entity => entity.HasChanges);

    public bool HasUncommittedWork => Transaction is not null || HasChanges;

    public bool HasRowsOf(Node node)
        => Entities.Exists(entity => entity.HasChanges && entity.Adder.IsIn(node)) ||
           Transaction?.Entries.Exists(entry => entry.IsAlive && entry.Rows.Any(row => row.Writer.IsIn(node))) is true;

    /// <summary>Sends a command; without rows it reads. A failed transaction refuses it.</summary>
    public void Send(Node owner, Entity? row = null, ModelException? failure = null)
    {
        var transaction = BeginOrRefuse(owner);
        var isRefused = row is not null && (row.IsBad || rows.Contains(row.Row));
        transaction.Entries.Add(new Entry(owner) { Rows = row is not null && !isRefused ? [new Write(row.Row, row.Value, owner)] : [] });
        failure ??= isRefused ? new ModelException(Flows.Results.Refused) : null;
        if (failure is null)
            return;

        transaction.Failure = (owner, failure);
        throw failure;
    }

    /// <summary>Saves all changes, whoever made them. A save that fails is undone alone, and what it was to save stays pending.</summary>
    public void Save(Node owner)
    {
        var transaction = BeginOrRefuse(owner);
        var changed = Entities.FindAll(entity => entity.HasChanges);
        var isRefused = changed.Exists(entity => entity.IsBad || (entity.IsNew && rows.Contains(entity.Row)));
        transaction.Entries.Add(new Entry(owner)
        {
            Rows = isRefused ? [] : [.. changed.Select(entity => new Write(entity.Row, entity.Value, entity.Writer ?? owner))],
            Shared = [.. unit.OpenMarks.Where(mark => !owner.IsIn(mark.Node) && !mark.Node.IsIn(owner))],
        });
        if (isRefused)
            throw new ModelException(Flows.Results.Refused);

        foreach (var entity in changed)
            (entity.IsNew, entity.Saved) = (false, entity.Value);
    }

    /// <summary>
    /// After an undo: what was added inside is no longer of the session, the others have the database's values. False where that takes
    /// a change of somebody else along.
    /// </summary>
    public bool PutBack(Node undone)
    {
        Entities.RemoveAll(entity => entity.Adder.IsIn(undone));
        var isRight = true;
        foreach (var entity in Entities.Where(entity => !entity.IsNew))
        {
            isRight &= !entity.HasChanges || entity.Writer?.IsIn(undone) is true;
            var alive = Transaction?.Entries.Where(entry => entry.IsAlive).SelectMany(entry => entry.Rows) ?? [];
            entity.Value = entity.Saved = alive.LastOrDefault(write => write.Row == entity.Row)?.Value ?? rows.ValueOf(entity.Row);
        }

        return isRight;
    }

    public void RollBack()
    {
        Transaction = null;
        Entities.Clear();
    }

    private Transaction BeginOrRefuse(Node owner)
    {
        owner.Touch(connect);
        Transaction ??= new Transaction();
        if (Transaction.Failure is null)
            return Transaction;

        Transaction.Entries.Add(new Entry(owner));
        throw new ModelException(Flows.Results.Refused);
    }
}
