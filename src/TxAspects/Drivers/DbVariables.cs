using System.Data.Common;

namespace TxAspects.Drivers;

/// <summary>
/// How a database is told values that hold until the end of one transaction. <c>PostgresVariables</c> is the one for PostgreSQL.
/// </summary>
public abstract class DbVariables
{
    /// <summary>The variable that shows in the server's monitoring who is at work.</summary>
    protected internal abstract string UnitName { get; }

    /// <summary>The longest value that <see cref="UnitName"/> takes, in bytes.</summary>
    protected internal abstract int MaxUnitNameBytes { get; }

    /// <summary>The variable that limits the time of each statement.</summary>
    protected internal abstract string StatementTimeout { get; }

    /// <summary>
    /// The variable that limits the time of the whole transaction, or null where the server to which a connection leads has none.
    /// </summary>
    protected internal abstract string? FindTransactionTimeout(DbConnection connection);

    /// <summary>How a limit of time is written.</summary>
    protected internal abstract string TextOf(TimeSpan limit);

    /// <summary>Why a name cannot be that of a variable, in whole sentences; null where it can.</summary>
    protected internal abstract string? FindObstacle(string name);

    /// <summary>
    /// One statement that sets variables until the end of the transaction, and gives exactly one result. The values are parameters, as
    /// <see cref="AddValue"/> adds them.
    /// </summary>
    /// <param name="names">The names, each of which <see cref="FindObstacle"/> has let pass.</param>
    protected internal abstract string SqlFor(IReadOnlyList<string> names);

    /// <summary>Adds a value to the parameters of a command.</summary>
    /// <param name="command">The command, which may have parameters of its own.</param>
    /// <param name="index">The place of the name in what <see cref="SqlFor"/> was given.</param>
    /// <param name="value">The value.</param>
    protected internal abstract void AddValue(DbCommand command, int index, string value);

    /// <summary>Whether a command has a parameter with a name that <see cref="AddValue"/> would give.</summary>
    protected internal abstract bool IsOwn(DbParameter parameter);

    /// <summary>
    /// How many rows a statement of a command has written, when the reader is past it; negative where it was not carried out.
    /// </summary>
    /// <param name="reader">What the command has answered.</param>
    /// <param name="statement">The place of the statement in the command's text.</param>
    protected internal abstract long RowsOf(DbDataReader reader, int statement);
}
