using System.Data.Common;

namespace TxAspects.Dashboard.Recording;

/// <summary>What is kept of an exception.</summary>
/// <param name="Chain">Type, SQLSTATE and, where it may be shown, message: of the exception and of those in it.</param>
/// <param name="ThrownIn">The place of the innermost exception's throw; null where there is no stack.</param>
/// <param name="Stack">The stack of the innermost exception that has one.</param>
/// <param name="Call">The innermost call of the unit that it left; null where that is the one that opened the unit.</param>
internal sealed record FailureRecord(IReadOnlyList<string> Chain, string? ThrownIn, string? Stack, string? Call)
{
    private const int MostCauses = 10;

    private static readonly string[] Foreign =
    [
        "at System.", "at Microsoft.", "at Castle.", "at TxAspects.Tx.", "at TxAspects.TxScope.", "at TxAspects.Calls.",
        "at TxAspects.Interception.", "at TxAspects.Sessions.", "at TxAspects.Units.",
    ];

    public static FailureRecord Of(Exception failure, string? call, Texts texts)
    {
        var causes = Causes(failure).ToArray();
        var stack = causes.LastOrDefault(cause => cause.StackTrace is not null)?.StackTrace;
        return new FailureRecord(
            [.. causes.Select(cause => Describe(cause, texts))],
            stack is null ? null : FirstFrame(stack),
            stack is null ? null : texts.Bound(stack), call);
    }

    /// <summary>The exception and those that it tells of, outermost first.</summary>
    public static IEnumerable<Exception> Causes(Exception failure)
    {
        var cause = failure;
        for (var count = 0; cause is not null && count < MostCauses; count++)
        {
            yield return cause;
            cause = cause.InnerException;
        }
    }

    /// <summary>The type, and what the database calls the failure.</summary>
    public static string NameOf(Exception failure)
        => failure is DbException { SqlState: { } state } ? $"{failure.GetType().Name} ({state})" : failure.GetType().Name;

    private static string Describe(Exception cause, Texts texts)
        => texts.ShowsMessages || cause is TxAspectsException ? texts.Bound($"{NameOf(cause)}: {cause.Message}") : NameOf(cause);

    // Of the file the name alone; the stack has all of it.
    private static string WithoutFolders(string frame)
    {
        var file = frame.LastIndexOf(" in ", StringComparison.Ordinal);
        return file < 0 ? frame : $"{frame[..file]} in {frame[(frame.LastIndexOfAny(['/', '\\']) + 1)..]}";
    }

    // A stack begins with the place of the throw, which may be in the runtime, in a driver or in the library. What was built here has a
    // line.
    private static string? FirstFrame(string stack)
    {
        var frames = Array.FindAll(
            stack.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            frame => frame.StartsWith("at ", StringComparison.Ordinal) &&
                !Array.Exists(Foreign, prefix => frame.StartsWith(prefix, StringComparison.Ordinal)));
        var first = Array.Find(frames, frame => frame.Contains(":line ", StringComparison.Ordinal)) ?? frames.FirstOrDefault();
        return first is null ? null : Texts.Bound(WithoutFolders(first["at ".Length..]), 2 * StepRecord.NameLength);
    }
}
