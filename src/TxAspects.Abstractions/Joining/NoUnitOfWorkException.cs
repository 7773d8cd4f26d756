namespace TxAspects;

/// <summary>Thrown when something needs an open unit of work and none is open.</summary>
public sealed class NoUnitOfWorkException : TxAspectsException
{
    private const string Remedy =
        "Mark the calling method with [UnitOfWork] and call it from outside its class, on an object from a container with " +
        "TxAspectsModule or AddTxAspects; or use Tx.RunAsync. For a unit around each request of ASP.NET Core call app.UseTxAspects().";

    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public NoUnitOfWorkException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The connect whose session was asked for, or null where no single one was.</summary>
    public string? ConnectName { get; init; }

    /// <summary>The method that needs a unit, or null where a connect or a call on <c>Tx</c> did.</summary>
    public string? MethodName { get; init; }

    internal static NoUnitOfWorkException ForConnect(string connectName)
        => new($"No unit of work is open, so there is no session for '{connectName}'. " +
               Remedy)
        {
            ConnectName = connectName,
        };

    internal static NoUnitOfWorkException ForInjection(string contextType, string connectName)
        => new($"The container was asked for a '{contextType}', which is the session of '{connectName}' in a unit of work, but none is " +
               "open. Ask where a unit is open: in a request behind app.UseTxAspects(), or in a service resolved inside its unit. " +
               $"Elsewhere take the DbConnect and Tx.Session in the method, or IDbContextFactory<{contextType}> for a context of its own.")
        {
            ConnectName = connectName,
        };

    internal static NoUnitOfWorkException ForCall(string call)
        => new($"No unit of work is open, so '{call}' has nothing to act on. " +
               Remedy);

    internal static NoUnitOfWorkException ForMethod(string methodName)
        => new($"'{methodName}' is declared with Propagation.Mandatory, but no unit of work is open. " +
               "Call it from a method marked [UnitOfWork], or let it open one with Propagation.Required.")
        {
            MethodName = methodName,
        };

    internal static NoUnitOfWorkException ForScoped(string methodName)
        => new($"The object of '{methodName}' is resolved inside a unit of work, but none is open and the method opens none. " +
               "Mark it or the calling method with [UnitOfWork], or use Tx.RunAsync.")
        {
            MethodName = methodName,
        };
}
