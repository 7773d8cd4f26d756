namespace TxAspects.Dashboard.Recording;

/// <summary>A command was seen to wait for a lock.</summary>
internal sealed class LockWaitRecord(StepRecord command, string blocker)
{
    public string Blocker => blocker;

    public string? Connect => command.Connect;

    /// <summary>When the command began: the wait began then or later.</summary>
    public TimeSpan Began => command.Began;

    public TimeSpan? Duration { get; private set; }

    public bool IsOf(StepRecord step, string otherBlocker) => command == step && blocker == otherBlocker;

    public void EndWith(StepRecord step)
    {
        if (command == step)
            Duration = step.Duration;
    }
}
