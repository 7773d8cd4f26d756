namespace TxAspects;

/// <summary>Thrown when a session is asked for before the connect was given a host.</summary>
public sealed class HostNotSetException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public HostNotSetException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The connect without a host.</summary>
    public string ConnectName { get; init; } = "";

    internal static HostNotSetException ForConnect(string connectName)
        => new($"The connect '{connectName}' has no host, so no session can be made. " +
               "Set DbConnectOptions.Host, call ConnectAsync(host) at start-up, or set it in BeforeCreateSession.")
        {
            ConnectName = connectName,
        };
}
