using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TxAspects.Drivers;

namespace TxAspects.Sessions.Variables;

/// <summary>
/// What one transaction has to tell the server before anything else is done in it: that it may only read, and the values of its connect.
/// </summary>
/// <remarks>
/// The invariant: no command is carried out in the transaction before the server has heard it. It stands in front of the first command's
/// own text where that can carry it, which costs no round trip, and is sent alone otherwise. Whatever takes it back on the server, a
/// savepoint made before it or starting over, makes it lacking again.
/// </remarks>
internal sealed class StartSettings
{
    private readonly Session _session;
    private readonly string? _readOnlySql;
    private readonly ConnectVariables? _variables;
    private readonly string[] _values;
    private DbCommand? _carrier;
    private int _statements;    // of ours in the carrier's text
    private int _results;    // that these have
    private string? _savepoint;    // made before the server was told
    private bool _areSent;

    private StartSettings(Session session, string? readOnlySql, ConnectVariables? variables)
    {
        (_session, _readOnlySql, _variables) = (session, readOnlySql, variables);
        _values = variables?.Take(session.Owner) ?? [];
    }

    /// <summary>Whether the server was told, and nobody has told it something else since in the same transaction.</summary>
    public bool AreSent => _areSent && (!IsShared || _session.Engine.ToldLast == this);

    // In tests several sessions are parts of one transaction.
    private bool IsShared => _session.Engine.Redirection is { OwnsTransactions: false };

    /// <summary>Whether they limit the time of statements.</summary>
    public bool LimitsTime => _variables is { LimitsTime: true } && _session.Owner.WholeDeadline is not null;

    private DbDriver Driver => _session.Engine.Driver;

    /// <summary>Takes the values for a transaction that is about to begin; null where there is nothing to tell.</summary>
    /// <exception cref="TransactionVariableException">A value is not there. What its delegate throws comes as it is.</exception>
    public static StartSettings? Take(Session session)
    {
        var readOnlySql = session.Owner.ReadOnly ? session.Engine.Driver.ReadOnlySql : null;
        var variables = session.Engine.Variables;
        return readOnlySql is null && variables is null ? null : new StartSettings(session, readOnlySql, variables);
    }

    /// <summary>Whether a command may be given something to take along, as far as its parameters say.</summary>
    /// <remarks>A command with positional parameters must be a single statement.</remarks>
    public bool CanLead(DbCommand command)
    {
        if (!Driver.RunsStatementsTogether)
            return false;

        foreach (DbParameter parameter in command.Parameters)
        {
            if (parameter.ParameterName.Length == 0)
                return false;
        }

        return _variables?.CanWrite(command) is not false;
    }

    /// <summary>Whether only a query of EF Core's own may take it along.</summary>
    /// <remarks>Where the beginning of the transaction is cut off, a command might run alone, and write.</remarks>
    public bool IsForQueries => _readOnlySql is not null;

    /// <summary>A command that can carry it is about to be sent.</summary>
    public void TakeAlong(DbCommand command)
    {
        var (lead, statements, results) = Write(command);
        if (statements > 0)
            command.CommandText = $"{lead};\n{command.CommandText}";
        (_carrier, _statements, _results) = (command, statements, results);
        Sent();
    }

    /// <summary>Another command is about to be sent. It may be the same object: providers use them again.</summary>
    public void ForgetCarrier() => _carrier = null;

    /// <summary>Makes a command of its own of it. False where there is nothing to say.</summary>
    public bool TryMake(DbCommand command)
    {
        (command.CommandText, var statements, _) = Write(command);
        return statements > 0;
    }

    /// <summary>Adds it to a statement that starts the transaction over, which keeps what the transaction is but no values.</summary>
    public void Follow(DbCommand command)
    {
        if (WriteValues(command) is { } sql)
            command.CommandText = $"{command.CommandText};\n{sql}";
    }

    /// <summary>The server has heard it.</summary>
    public void Sent()
    {
        _areSent = true;
        if (IsShared)
            _session.Engine.ToldLast = this;
    }

    /// <summary>A command has failed. It may have been refused before it was sent, and what it took along with it.</summary>
    public void Failed(DbCommand command)
    {
        if (command == _carrier)
            _areSent = false;
    }

    /// <summary>A savepoint is made. Npgsql sends it in front of the command that takes this along.</summary>
    public void SavepointMade(string name)
    {
        if (!_areSent)
            _savepoint = name;
    }

    /// <summary>What came after a savepoint is undone.</summary>
    public void WentBackTo(string name)
    {
        if (name == _savepoint)
            _areSent = false;
    }

    /// <summary>How many results of a command are not its own but come from what it took along.</summary>
    public int ResultsBefore(DbCommand command) => command == _carrier ? _results : 0;

    /// <summary>How many statements of a command's text are not its own but what it took along.</summary>
    public int StatementsBefore(DbCommand command) => command == _carrier ? _statements : 0;

    private (string Lead, int Statements, int Results) Write(DbCommand command)
    {
        var values = WriteValues(command);
        return (_readOnlySql, values) switch
        {
            (null, null) => ("", 0, 0),
            (null, _) => (values, 1, 1),
            (_, null) => (_readOnlySql, 1, 0),
            _ => ($"{_readOnlySql};\n{values}", 2, 1),
        };
    }

    private string? WriteValues(DbCommand command)
        => _variables?.Write(
            command, _session.Context.Database.GetDbConnection(), _values, _session.Owner.WholeDeadline, isShared: IsShared);
}
