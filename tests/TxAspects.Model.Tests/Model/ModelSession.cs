namespace TxAspects.Model.Tests.Model;

/// <summary>The session of one connect in one unit.</summary>
internal sealed class ModelSession(ModelUnit unit, int connect)
{
    public int Connect => connect;

    public Transaction? Transaction { get; set; }

    public List<Pending> Pending { get; } = [];

    public bool HasUncommittedWork => Transaction is not null || Pending.Count > 0;

    /// <summary>Sends a command; without rows it reads. A failed transaction refuses it.</summary>
    public void Send(Node owner, Pending? row = null, ModelException? failure = null)
    {
        var transaction = Begin(owner);
        if (transaction.Failure is not null)
            throw new ModelException(Flows.Results.Refused);

        transaction.Entries.Add(new Entry(owner) { Rows = row is { IsBad: false } ? [row] : [] });
        failure ??= row is { IsBad: true } ? new ModelException(Flows.Results.Refused) : null;
        if (failure is null)
            return;

        transaction.Failure = (owner, failure);
        throw failure;
    }

    /// <summary>Saves what is pending, by whomever it was added. A save that fails is undone alone, and what it was to save stays pending.</summary>
    public void Save(Node owner)
    {
        var transaction = Begin(owner);
        if (transaction.Failure is not null)
            throw new ModelException(Flows.Results.Refused);

        var isRefused = Pending.Exists(one => one.IsBad);
        transaction.Entries.Add(new Entry(owner)
        {
            Rows = isRefused ? [] : [.. Pending],
            Shared = [.. unit.OpenMarks.Where(mark => !owner.IsIn(mark.Node) && !mark.Node.IsIn(owner))],
        });
        if (isRefused)
            throw new ModelException(Flows.Results.Refused);

        Pending.Clear();
    }

    public void RollBack()
    {
        Transaction = null;
        Pending.Clear();
    }

    private Transaction Begin(Node owner)
    {
        owner.Touch(connect);
        return Transaction ??= new Transaction();
    }
}
