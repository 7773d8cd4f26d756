using System.Data.Common;

namespace TxAspects.Diagnostics;

/// <summary>Stands in a log for an exception whose message may quote values: its type, SQLSTATE and stack, and those of what caused it.</summary>
internal sealed class DiscreetException(Exception original)
    : Exception(MessageOf(original), original.InnerException is { } inner ? new DiscreetException(inner) : null)
{
    public override string? StackTrace => original.StackTrace;

    private static string MessageOf(Exception original)
        => $"{original.GetType().FullName}{((original as DbException)?.SqlState is { } state ? $" with SQLSTATE {state}" : "")}. Its message is hidden by HideExceptionMessages.";
}
