using System.Data;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Sessions.Transactions;

/// <summary>
/// Refuses, in words and before anything is sent, what the database of a session cannot do, by what its driver says of it.
/// </summary>
internal static class TransactionLimits
{
    /// <summary>Throws where the transaction for which the connection is about to open cannot begin.</summary>
    /// <param name="session">The session.</param>
    /// <param name="asked">The level that user code asks for; the unit's own wins.</param>
    /// <exception cref="SessionException">The database lacks the isolation level, or has one transaction at a time and a unit around this
    /// one has it.</exception>
    public static void Check(Session session, IsolationLevel asked)
    {
        var owner = session.Owner;
        var driver = session.Engine.Driver;
        var level = owner.IsolationLevel is IsolationLevel.Unspecified ? asked : owner.IsolationLevel;
        if (level is not IsolationLevel.Unspecified && !driver.Supports(level))
            throw SessionException.LacksIsolation(owner.Name, session.ConnectName, level.ToString());
        if (!driver.AllowsConcurrentTransactions && owner.FindHolder(session) is { } holder)
            throw SessionException.OneAtATime(owner.Name, session.ConnectName, holder);
    }

    /// <summary>
    /// Throws where a command writes in a read-only unit, in a database that would not refuse it. What is plain SQL is not read.
    /// </summary>
    /// <exception cref="ReadOnlyUnitOfWorkException">It does.</exception>
    public static void CheckCommand(Session session, CommandSource source)
    {
        if (session.Owner.ReadOnly && session.Engine.Driver.ReadOnlySql is null &&
            source is CommandSource.SaveChanges or CommandSource.ExecuteUpdate or CommandSource.ExecuteDelete)
        {
            throw new ReadOnlyUnitOfWorkException(session.Owner.Name, session.ConnectName);
        }
    }
}
