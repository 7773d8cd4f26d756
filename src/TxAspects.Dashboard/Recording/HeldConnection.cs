namespace TxAspects.Dashboard.Recording;

/// <summary>What a unit has of one connect. For who holds the lock of the unit; the times count from its opening.</summary>
internal sealed class HeldConnection(string connect)
{
    public string Connect => connect;

    /// <summary>The <see cref="DbConnect"/>, as long as the unit is open.</summary>
    public DbConnect? Source { get; set; }

    /// <summary>Since when it is waited for; null where it is not.</summary>
    public TimeSpan? WaitingSince { get; private set; }

    /// <summary>Since when it is there; null where it is not.</summary>
    public TimeSpan? Since { get; private set; }

    public int? ServerProcess { get; private set; }

    /// <summary>Since when a transaction is open.</summary>
    public TimeSpan? TransactionSince { get; private set; }

    /// <summary>The command or statement that runs.</summary>
    public StepRecord? Running { get; private set; }

    /// <summary>When the last one was over.</summary>
    public TimeSpan? QuietSince { get; private set; }

    /// <summary>Since when the transaction is open and nothing runs in it.</summary>
    public TimeSpan? IdleSince => TransactionSince is null || Running is not null ? null : QuietSince ?? TransactionSince;

    public void Began(StepRecord step)
    {
        switch (step.Kind)
        {
            case UnitStepKind.Connection:
                WaitingSince = step.Began;
                break;
            case UnitStepKind.ConnectionClosed:
                (Since, ServerProcess, TransactionSince, Running, QuietSince) = (null, null, null, null, null);
                break;
            case UnitStepKind.Transaction:
                (TransactionSince, QuietSince) = (step.Began, step.Began);
                break;
            case UnitStepKind.Command or UnitStepKind.Statement or UnitStepKind.Commit or UnitStepKind.Rollback or UnitStepKind.Prepare:
                Running = step;
                break;
        }
    }

    public void Ended(StepRecord step)
    {
        var end = step.Began + step.Duration.GetValueOrDefault();
        switch (step.Kind)
        {
            case UnitStepKind.Connection:
                WaitingSince = null;
                if (step.Failure is null && step.Result is null)
                    (Since, ServerProcess) = (end, step.ServerProcess);
                break;
            case UnitStepKind.Commit or UnitStepKind.Rollback or UnitStepKind.Prepare:
                (TransactionSince, Running, QuietSince) = (null, null, end);
                break;
            default:
                if (Running?.Number == step.Number)
                    (Running, QuietSince) = (null, end);
                break;
        }
    }
}
