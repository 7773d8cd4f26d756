namespace TxAspects;

/// <summary>
/// Thrown in place of a commit that would keep half of the work, or that the database would silently turn into a rollback.
/// </summary>
/// <remarks>The failure that doomed the unit is the <see cref="Exception.InnerException"/>, where there was one.</remarks>
public sealed class UnitOfWorkDoomedException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public UnitOfWorkDoomedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal UnitOfWorkDoomedException(string unitName, string failedIn, string reason, Exception? cause)
        : base($"The unit of work '{unitName}' cannot commit: {reason}.", cause)
    {
        UnitName = unitName;
        FailedIn = failedIn;
        Reason = reason;
    }

    /// <summary>The unit that could not commit.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The inner method, or the connect, in which the failure happened.</summary>
    public string FailedIn { get; init; } = "";

    /// <summary>Why it could not commit, in words.</summary>
    public string Reason { get; init; } = "";
}
