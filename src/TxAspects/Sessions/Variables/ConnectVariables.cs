using System.Data.Common;
using TxAspects.Drivers;

namespace TxAspects.Sessions.Variables;

/// <summary>What each transaction of a connect tells the server beside its own settings. Made once per connect.</summary>
internal sealed class ConnectVariables
{
    private readonly string _connectName;
    private readonly DbVariables _driver;
    private readonly Variable[] _variables;
    private readonly bool _tellsUnitName;
    private readonly bool _limitsTime;
    private readonly TimeSpan? _grace;
    private readonly string[] _names;    // of the values that do not depend on the time
    private readonly string?[] _sql = new string?[3];    // by the number of limits

    private ConnectVariables(
        string connectName, DbVariables driver, Variable[] variables, bool tellsUnitName, bool limitsTime, TimeSpan? grace)
    {
        (_connectName, _driver, _variables) = (connectName, driver, variables);
        (_tellsUnitName, _limitsTime, _grace) = (tellsUnitName, limitsTime, grace);
        var names = variables.Select(variable => variable.Name);
        _names = tellsUnitName ? [driver.UnitName, .. names] : [.. names];
    }

    /// <summary>Makes them.</summary>
    /// <param name="connectName">The name of the connect.</param>
    /// <param name="driver">What the connect knows of its database.</param>
    /// <param name="variables">The values of the user's.</param>
    /// <param name="tellsUnitName">Whether the server is told the name of the unit.</param>
    /// <param name="limitsTime">Whether the server is told the unit's deadline.</param>
    /// <param name="grace">How long after the deadline the server ends the transaction; null for never.</param>
    /// <returns>Null where nothing was asked for.</returns>
    /// <exception cref="ArgumentException">The database has no such values, or not these.</exception>
    public static ConnectVariables? Make(
        string connectName, DbDriver driver, Variable[] variables, bool tellsUnitName, bool limitsTime, TimeSpan? grace)
    {
        if (grace is not null && !limitsTime)
            throw new ArgumentException(
                $"The connect '{connectName}' has a TransactionTimeoutGrace, but no deadline for it. Set DeadlineOnServer as well.");
        if (variables.Length == 0 && !tellsUnitName && !limitsTime)
            return null;
        if (driver.Variables is not { } own || !driver.RunsStatementsTogether)
            throw new ArgumentException(
                $"The connect '{connectName}' is to set values for each transaction, but the driver of its database knows none. " +
                "Leave Variables, UnitNameOnServer and DeadlineOnServer out.");

        string[] taken = [tellsUnitName ? own.UnitName : "", limitsTime ? own.StatementTimeout : ""];
        for (var index = 0; index < variables.Length; index++)
        {
            var name = variables[index].Name;
            if (own.FindObstacle(name) is { } obstacle)
                throw new ArgumentException($"The connect '{connectName}' cannot set a variable with the name '{name}'. {obstacle}");
            if (Has(taken, name) || variables.Take(index).Any(other => Is(other.Name, name)))
                throw new ArgumentException($"The connect '{connectName}' sets the variable '{name}' twice. Set each one once.");
        }

        return new ConnectVariables(connectName, own, variables, tellsUnitName, limitsTime, grace);

        static bool Has(string[] taken, string name) => Array.Exists(taken, other => Is(other, name));
        static bool Is(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether transactions of units with a deadline limit the time of their statements.</summary>
    public bool LimitsTime => _limitsTime;

    /// <summary>Finds the values of a transaction that is about to begin.</summary>
    /// <exception cref="TransactionVariableException">One has no value. What its delegate throws comes as it is.</exception>
    public string[] Take(ISessionOwner owner)
    {
        if (_names.Length == 0)
            return [];

        var values = new string[_names.Length];
        var index = 0;
        if (_tellsUnitName)
            values[index++] = UnitNames.For(owner.Name, _driver.MaxUnitNameBytes);
        foreach (var variable in _variables)
            values[index++] = variable.FindValue() ?? throw new TransactionVariableException(owner.Name, _connectName, variable.Name);

        return values;
    }

    /// <summary>
    /// Adds values to the parameters of a command, and the time that is left by now. Returns the statement that sets them, or null where
    /// there is none.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="connection">Leads to the server that is told.</param>
    /// <param name="values">What <see cref="Take"/> has found.</param>
    /// <param name="deadline">The unit's; null where it has none.</param>
    /// <param name="isShared">Whether the transaction on the server is not the unit's alone, so that its end is not limited.</param>
    public string? Write(DbCommand command, DbConnection connection, string[] values, Deadline? deadline, bool isShared)
    {
        var timeout = _limitsTime && deadline is not null && _grace is not null && !isShared
            ? _driver.FindTransactionTimeout(connection)
            : null;
        var limits = !_limitsTime || deadline is null ? 0 : timeout is null ? 1 : 2;
        if (values.Length + limits == 0)
            return null;

        for (var index = 0; index < values.Length; index++)
            _driver.AddValue(command, index, values[index]);
        if (limits > 0)
            _driver.AddValue(command, values.Length, _driver.TextOf(deadline!.Remaining));
        if (limits > 1)
            _driver.AddValue(command, values.Length + 1, _driver.TextOf(deadline!.Remaining + _grace!.Value));
        return _sql[limits] ??= _driver.SqlFor(limits switch
        {
            0 => _names,
            1 => [.. _names, _driver.StatementTimeout],
            _ => [.. _names, _driver.StatementTimeout, timeout!],
        });
    }

    /// <summary>Whether nothing stands in the way of giving a command values to take along.</summary>
    public bool CanWrite(DbCommand command)
    {
        foreach (DbParameter parameter in command.Parameters)
        {
            if (_driver.IsOwn(parameter))
                return false;
        }

        return true;
    }

    /// <inheritdoc cref="DbVariables.RowsOf"/>
    public long RowsOf(DbDataReader reader, int statement) => _driver.RowsOf(reader, statement);
}
