namespace TxAspects.Tests;

/// <summary>How a branch uses its session. Each writes one row.</summary>
public enum BranchUse
{
    /// <summary>A query that calls a function which writes.</summary>
    Query,
    Save,
    Update,
    Sql,

    /// <summary>Dapper on Tx.ConnectionAsync.</summary>
    Connection,
}
