namespace TxAspects;

/// <summary>
/// Thrown where the connection of a session could not be opened: the server cannot be reached, or refuses. The driver's exception is the
/// inner one.
/// </summary>
public sealed class ConnectionFailedException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public ConnectionFailedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal ConnectionFailedException(string unitName, string connectName, bool isPoolExhausted, Exception cause)
        : base($"The connection to '{connectName}' could not be opened in the unit of work '{unitName}'. {Remedy(isPoolExhausted)}", cause)
    {
        UnitName = unitName;
        ConnectName = connectName;
    }

    /// <summary>The unit that needed the connection.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The connect that could not be reached.</summary>
    public string ConnectName { get; init; } = "";

    private static string Remedy(bool isPoolExhausted)
        => isPoolExhausted
            ? "None of its pool came free in time. Raise Maximum Pool Size, or do less in each unit."
            : "Check its host, port, database, user and password; the inner exception is what the driver says.";
}
