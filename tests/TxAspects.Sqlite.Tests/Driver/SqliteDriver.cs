using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using TxAspects.Drivers;

namespace TxAspects.Sqlite;

/// <summary>
/// What the library has to know of SQLite and its ADO.NET provider. What is not here is refused in words, or done by the provider's own
/// methods.
/// </summary>
public sealed class SqliteDriver : DbDriver
{
    private const int Busy = 5;           // SQLITE_BUSY: another connection writes
    private const int Locked = 6;         // SQLITE_LOCKED: the same, in a cache that is shared
    private const int Interrupted = 9;    // SQLITE_INTERRUPT
    private const int IoError = 10;       // SQLITE_IOERR
    private const int Full = 13;          // SQLITE_FULL

    /// <summary>The provider begins with BEGIN IMMEDIATE, which waits for the one writer that a file may have.</summary>
    protected override bool AllowsConcurrentTransactions => false;

    /// <summary>There is one level. The provider would give it to whoever asks for a weaker one, and say nothing.</summary>
    protected override bool Supports(IsolationLevel isolationLevel) => isolationLevel is IsolationLevel.Serializable;

    /// <summary>The writer may be gone when the unit is repeated.</summary>
    protected override bool IsTransient(Exception failure) => base.IsTransient(failure) || IsLockTimeout(failure);

    protected override bool IsLockTimeout(Exception failure) => failure is SqliteException { SqliteErrorCode: Busy or Locked };

    /// <summary>
    /// A failed statement undoes itself alone and the transaction goes on, except where SQLite may have rolled all of it back.
    /// </summary>
    protected override bool FailsTransaction(Exception failure)
        => failure is SqliteException { SqliteErrorCode: Interrupted or IoError or Full };

    /// <summary>What <see cref="Cancel"/> stopped.</summary>
    protected override bool IsCancellation(Exception failure)
        => base.IsCancellation(failure) || failure is SqliteException { SqliteErrorCode: Interrupted };

    /// <summary>The provider's own does nothing.</summary>
    protected override void Cancel(DbCommand command)
    {
        if (command is SqliteCommand { Connection.Handle: { } handle })
            raw.sqlite3_interrupt(handle);
    }

    /// <summary>
    /// SQLite knows whether a transaction is open on the connection; a trigger, a full disk or SQL text may have ended it.
    /// </summary>
    protected override bool IsOver(DbTransaction transaction)
        => transaction.Connection is not SqliteConnection { Handle: { } handle } || raw.sqlite3_get_autocommit(handle) != 0;
}
