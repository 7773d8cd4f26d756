using System.Data.Common;

namespace TxAspects.Observing;

/// <summary>
/// Stands in a log for an exception whose message may quote values: its type, SQLSTATE and stack, and those of what caused it.
/// </summary>
internal sealed class DiscreetException(Exception original)
    : Exception(MessageOf(original), original.InnerException is { } inner ? new DiscreetException(inner) : null)
{
    public override string? StackTrace => original.StackTrace;

    private static string MessageOf(Exception original)
    {
        var state = (original as DbException)?.SqlState;
        var name = original.GetType().FullName + (state is null ? "" : $" with SQLSTATE {state}");
        return $"{name}. Its message is hidden by HideExceptionMessages.";
    }
}
