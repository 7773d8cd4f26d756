namespace TxAspects;

/// <summary>Thrown when a session is asked for before the connect was given a host.</summary>
public sealed class HostNotSetException : TxAspectsException
{
    internal HostNotSetException(string connectName)
        : base($"The connect '{connectName}' has no host, so no session can be made. " +
               "Set DbConnectOptions.Host, call ConnectAsync(host) at start-up, or set it in BeforeCreateSession.")
        => ConnectName = connectName;

    /// <summary>The connect without a host.</summary>
    public string ConnectName { get; }
}
