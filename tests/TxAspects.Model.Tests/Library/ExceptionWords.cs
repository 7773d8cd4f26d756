using Npgsql;
using TxAspects.Model.Tests.Flows;

namespace TxAspects.Model.Tests.Library;

/// <summary>What an exception of the library, the driver or a step means to the caller, in the words of the model.</summary>
internal static class ExceptionWords
{
    public static string Describe(Exception exception) => exception switch
    {
        DeliberateException deliberate => Results.Thrown(deliberate.Step),
        ToleratedException tolerated => Results.Tolerated(tolerated.Step),
        UnitOfWorkDoomedException => Results.Doomed,
        UnitOfWorkTimeoutException => Results.Late,
        SessionInUseException => Results.InUse,
        NoUnitOfWorkException => Results.NoUnit,
        UnitOfWorkOpenException => Results.UnitOpen,
        TransactionOpenException => Results.TransactionOpen,
        _ when FindAnswer(exception) is { SqlState: PostgresErrorCodes.SerializationFailure } => Results.Conflict,
        _ when FindAnswer(exception) is not null => Results.Refused,
        _ => exception.GetType().Name,
    };

    private static PostgresException? FindAnswer(Exception? exception)
        => exception is null or PostgresException ? exception as PostgresException : FindAnswer(exception.InnerException);
}
