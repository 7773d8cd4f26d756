namespace TxAspects;

/// <summary>Thrown when a unit of work passed its deadline: by a command, by asking for a session, and in place of the commit.</summary>
/// <remarks>
/// A command that was cut short is the <see cref="Exception.InnerException"/>. EF Core wraps this exception in its own when it was saving
/// changes.
/// </remarks>
public sealed class UnitOfWorkTimeoutException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public UnitOfWorkTimeoutException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal UnitOfWorkTimeoutException(string unitName, TimeSpan timeout, Exception? cause = null)
        : base($"The unit of work '{unitName}' passed its deadline of {timeout.TotalSeconds:0.###} s and is rolled back. " +
               "Do less in it, or give it a longer timeout.", cause)
    {
        UnitName = unitName;
        Timeout = timeout;
    }

    /// <summary>The unit that took too long.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The time it had.</summary>
    public TimeSpan Timeout { get; init; }
}
