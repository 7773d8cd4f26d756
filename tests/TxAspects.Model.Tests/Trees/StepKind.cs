namespace TxAspects.Model.Tests.Trees;

/// <summary>What a step of a tree does.</summary>
public enum StepKind
{
    /// <summary>Adds a row to the session and saves.</summary>
    Save,

    /// <summary>The same with a row that a unique index refuses.</summary>
    SaveBad,

    /// <summary>Adds a row to the session; who saves next takes it along.</summary>
    Add,

    /// <summary>The same with a row that a unique index will refuse.</summary>
    AddBad,

    /// <summary>Inserts a row by SQL.</summary>
    Sql,

    /// <summary>The same with a row that a unique index refuses.</summary>
    SqlBad,

    /// <summary>SQL that fails as a serialization failure does, the first few times.</summary>
    Conflict,

    /// <summary>Reads.</summary>
    Query,

    /// <summary>A call, with what runs in it.</summary>
    Call,

    /// <summary>An atomic block.</summary>
    Block,

    /// <summary>Enumerates a sequence that a proxy returned: its steps are <see cref="Produce"/> and <see cref="Consume"/>.</summary>
    Stream,

    /// <summary>What the producer of a sequence does before one element.</summary>
    Produce,

    /// <summary>What the consumer of a sequence does with one element.</summary>
    Consume,

    /// <summary>Starts a branch that overlaps with what follows; the body that started it waits for it before it ends.</summary>
    Fork,

    /// <summary>Changes the object that an earlier step has added; who saves next takes the change along.</summary>
    Touch,

    Commit,
    Rollback,
    Close,
    CommitAll,
    RollbackAll,
    CloseAll,

    /// <summary>Calls Tx.SetRollbackOnly.</summary>
    RollbackOnly,

    /// <summary>Adds a hook, with what runs in it.</summary>
    Hook,

    /// <summary>Throws an exception that nothing tolerates.</summary>
    Throw,

    /// <summary>Throws an exception that some calls list in CommitOn.</summary>
    ThrowTolerated,

    /// <summary>Lets time pass.</summary>
    Pass,
}
