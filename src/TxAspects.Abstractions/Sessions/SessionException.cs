namespace TxAspects;

/// <summary>
/// Thrown when a context is used as a session where it is none, cannot become one, or is put where another one already is.
/// </summary>
public sealed class SessionException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public SessionException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal static SessionException NotASession(string contextType)
        => new($"This '{contextType}' is not a session of TxAspects, so it cannot be committed or rolled back by it. " +
               "Take it from Tx.SessionAsync or Tx.NewSessionAsync, or bring it into the unit with Tx.AttachSession.");

    internal static SessionException CannotBePooled(string contextType, string connectName)
        => new($"The context '{contextType}' of the connect '{connectName}' cannot be pooled, because it has no single public " +
               "constructor with its options as the only parameter. Give it one, or make it in DbConnectOptions.CreateSession.");

    internal static SessionException MadeWithOtherOptions(string contextType, string connectName)
        => new($"CreateSession of the connect '{connectName}' returned a '{contextType}' that was not made with the options it was " +
               "given, so its transaction could not be managed. Pass those options to the constructor.");

    internal static SessionException AlreadyThere(string unitName, string connectName)
        => new($"The unit of work '{unitName}' already has another session for '{connectName}', so none can be attached. " +
               "Detach that one with Tx.DetachSession, or attach before the first Tx.SessionAsync.");

    internal static SessionException NameTaken(string unitName, string connectName)
        => new($"The unit of work '{unitName}' already has a session of another connect that is named '{connectName}' as well, so no " +
               "message, outcome or position could tell the two apart. Give each connect a Name of its own, or share one.");

    internal static SessionException MadeElsewhere(string contextType, string connectName)
        => new($"This '{contextType}' cannot be attached for '{connectName}', because no connect made it, so its commands and " +
               "transactions could not be seen. Take it from Tx.NewSessionAsync.");

    internal static SessionException CannotBeDetached(string unitName, string connectName)
        => new($"The session of '{connectName}' in the unit of work '{unitName}' was made by the unit, whose pool alone gives it back, " +
               "so it cannot be taken out. Take a session from Tx.NewSessionAsync, and bring it into the unit with Tx.AttachSession.");

    internal static SessionException NotInjectable(string contextType, string connectName)
        => new($"The session of '{connectName}' cannot be injected, because its '{contextType}' is not pooled: the container would " +
               "dispose it while its unit still works. Let contexts be pooled (no CreateSession, Pooling left on, a Reset for state of " +
               "the class's own), or take the DbConnect and Tx.Session in the method.");

    internal static SessionException MigratedInSession(string unitName, string connectName, string operation)
        => new($"'{operation}' was called on the session of '{connectName}' in '{unitName}', but it connects, locks and commits by " +
               $"itself. Call connect.{operation}() outside units, as when the application starts.");

    internal static SessionException SetUpInUnit(string unitName, string connectName, string operation)
        => new($"'{operation}' was called for '{connectName}' while the unit of work '{unitName}' has a transaction open there, for " +
               "whose locks it would wait for ever. Call it outside units, as when the application starts.");

    internal static SessionException TransactionOpen(string unitName, string connectName)
        => new($"A transaction is open on the session of '{connectName}' in the unit of work '{unitName}' already, so EF Core cannot " +
               "begin another one. For work that can be undone by itself use Propagation.Nested or WhenInTransaction.Savepoint, for " +
               "work of its own [NewContext].");

    internal static SessionException TransactionOver(string unitName, string connectName)
        => new($"This transaction of '{connectName}' in the unit of work '{unitName}' is over, so it cannot be ended again. " +
               "What was sent after it is in another one: take that from db.Database.CurrentTransaction, or use Tx.CommitAsync and " +
               "Tx.RollbackAsync.");

    internal static SessionException OtherIsolation(string unitName, string connectName, string asked, string ofUnit)
        => new($"A transaction with the isolation level {asked} was asked for on the session of '{connectName}', but the unit of work " +
               $"'{unitName}' runs at {ofUnit}. Begin it without a level, or do the work in a unit of its own with [NewContext].");

    internal static SessionException LacksIsolation(string unitName, string connectName, string level)
        => new($"The unit of work '{unitName}' asks for the isolation level {level}, " +
               $"which the database of '{connectName}' does not have. Ask for one that it has, or for none.");

    internal static SessionException OneAtATime(string unitName, string connectName, string holder)
        => new($"The unit of work '{unitName}' cannot begin a transaction in the database of '{connectName}', " +
               $"which has one at a time: '{holder}', inside which it runs, has it. " +
               "Let the call join that unit, end its transaction before with Tx.CommitAsync, or do this after it, as in Tx.OnCommitted.");

    internal static SessionException ForeignTransaction(string unitName, string connectName)
        => new($"The session of '{connectName}' in '{unitName}' was given a transaction of somebody else's, or was to leave its own. Its " +
               "unit could not keep its rules then. Give the other context this session's connection from Tx.ConnectionAsync, or do the " +
               "work in a session of its own with Tx.NewSessionAsync.");

    internal static SessionException InScope(string unitName, string connectName)
        => new($"A TransactionScope is open around the unit of work '{unitName}', whose session of '{connectName}' has a transaction of " +
               "its own and cannot be in another one. Leave the scope out, or suppress it around the unit with " +
               "TransactionScopeOption.Suppress.");

    internal static SessionException EndedByOthers(string unitName, string connectName)
        => new($"The transaction of '{connectName}' in the unit of work '{unitName}' was ended by user code on its connection, so what " +
               "comes next would be committed by itself. End transactions with Tx.CommitAsync and Tx.RollbackAsync.");

    internal static SessionException Lost(string unitName, string connectName)
        => new($"The transaction of '{connectName}' in the unit of work '{unitName}' went with its connection, and what was done in it " +
               "is gone. Let the failure that showed it pass, or start over with Tx.RollbackAsync.");

    internal static SessionException NoSavepoint(string unitName, string connectName)
        => new($"The session of '{connectName}' in the unit of work '{unitName}' has no savepoint of this name to go back to: it was " +
               "released, or its transaction has ended. Make it in the transaction that is open now.");

    internal static SessionException NoSavepointAfterFailure(string unitName, string connectName, Exception failure)
        => new($"The session of '{connectName}' in the unit of work '{unitName}' gets no savepoint now, because a command has failed and " +
               "its database refuses everything until that is undone. Go back to an earlier savepoint, or roll back with " +
               "Tx.RollbackAsync.", failure);

    internal static SessionException SavepointShared(string unitName, string connectName, string other)
        => new($"The session of '{connectName}' in the unit of work '{unitName}' cannot go back to this savepoint, because '{other}' has " +
               "used it since, and its work would be undone too. Await one before the other begins, or give each a unit of its own with " +
               "[NewContext].");

    internal static SessionException CannotBePutBack(string unitName, string connectName, string entityType)
        => new($"This '{entityType}' comes back to the session of '{connectName}' in the unit of work '{unitName}' from a call that was " +
               "undone, and could not be given the values of the database again. Read it anew.");

    internal static SessionException OpenedByHand(string ownerName, string connectName)
        => new($"The connection of a session of '{connectName}' was opened by other means than a command of its context, in " +
               $"'{ownerName}'. What was sent on it would not be in the transaction. Take the connection from Tx.ConnectionAsync, or " +
               "begin a transaction on the context first.");

    internal static SessionException OpenedAfterEnd()
        => new("A connection from Tx.ConnectionAsync was opened again after its unit of work had ended or closed it. What was sent on it " +
               "would be in no transaction. Await every task inside the unit, or give the branch a unit of its own with [NewContext].");

    internal static SessionException Closed(string unitName, string connectName)
        => new($"The unit of work '{unitName}' has closed this session of '{connectName}', and its context serves somebody else by now. " +
               "Ask again with Tx.SessionAsync instead of keeping the object.");

    internal static SessionException OfAnotherUnit(string unitName, string connectName)
        => new($"This session of '{connectName}' belongs to the unit of work '{unitName}', in which the code that uses it does not run. " +
               "It was kept beyond its own unit, and its context came back from the pool; or it was handed to code that async calls do " +
               "not flow to. Ask Tx.SessionAsync where you need a session, or take one from Tx.NewSessionAsync.");

    internal static SessionException InAnotherUnit(string unitName, string connectName)
        => new($"The session of '{connectName}' belongs to the unit of work '{unitName}' already. " +
               "Take it out there with Tx.DetachSession first.");
}
