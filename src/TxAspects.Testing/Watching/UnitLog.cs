using TxAspects.Testing.Watching;

namespace TxAspects.Testing;

/// <summary>Remembers how the units of work ended that use these options, and which methods ran in each.</summary>
/// <remarks>Dispose it, or it goes on for the life of the options.</remarks>
public sealed class UnitLog : IDisposable
{
    private readonly List<LoggedUnit> _units = [];    // lock on it
    private readonly TxAspectsOptions _options;
    private readonly MethodWatch _methods = new();
    private readonly Action<UnitOfWorkOutcome> _add;

    private UnitLog(TxAspectsOptions options)
    {
        _options = options;
        _add = Add;
        options.OnEnded += _add;
    }

    /// <summary>The units and attempts that ended, in that order.</summary>
    public IReadOnlyList<LoggedUnit> Units
    {
        get
        {
            lock (_units)
                return [.. _units];
        }
    }

    /// <summary>Starts to listen. Units that are open already are not logged.</summary>
    /// <param name="options">Those given to the container, or to <c>Tx.Configure</c>.</param>
    public static UnitLog Listen(TxAspectsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new UnitLog(options);
    }

    /// <summary>The one unit of this name.</summary>
    /// <param name="name">Such as 'OrderService.PlaceAsync'.</param>
    /// <exception cref="TestVerificationException">None of that name has ended, or several have.</exception>
    public LoggedUnit Single(string name)
    {
        var units = Units;
        return units.Where(unit => unit.Outcome.Name == name).ToArray() switch
        {
            [var unit] => unit,
            [] => throw new TestVerificationException(units.Count == 0
                ? $"The unit '{name}' has not ended, and no other has."
                : $"The unit '{name}' has not ended. These have: {string.Join("; ", units)}."),
            var several => throw new TestVerificationException($"The unit '{name}' ended {several.Length} times: " +
                                                               $"{string.Join("; ", several.AsEnumerable())}."),
        };
    }

    /// <summary>Throws unless the one unit of this name was committed.</summary>
    /// <exception cref="TestVerificationException">It was not; the message says how it ended, and why.</exception>
    public LoggedUnit AssertCommitted(string name) => AssertEnded(name, UnitOfWorkState.Committed);

    /// <summary>Throws unless the one unit of this name was rolled back.</summary>
    /// <exception cref="TestVerificationException">It was not; the message says how it ended, and why.</exception>
    public LoggedUnit AssertRolledBack(string name) => AssertEnded(name, UnitOfWorkState.RolledBack);

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        _options.OnEnded -= _add;
        _methods.Dispose();
    }

    private LoggedUnit AssertEnded(string name, UnitOfWorkState state)
    {
        var unit = Single(name);
        return unit.Outcome.State == state
            ? unit
            : throw new TestVerificationException(
                [$"A unit that ends as {state} was expected, but this is what became of it: {unit}."], unit.Outcome.Cause);
    }

    private void Add(UnitOfWorkOutcome outcome)
    {
        var unit = new LoggedUnit(outcome, _methods.TakeLast());
        lock (_units)
            _units.Add(unit);
    }
}
