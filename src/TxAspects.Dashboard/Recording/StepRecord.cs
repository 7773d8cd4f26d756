namespace TxAspects.Dashboard.Recording;

/// <summary>What is kept of a step. It holds texts and numbers alone, so that nothing of the application lives longer for it.</summary>
internal sealed class StepRecord
{
    public StepRecord(UnitStep step, Texts texts)
    {
        (Number, Kind, Began, Duration) = (step.Number, step.Kind, step.Began, step.Duration);
        Connect = step.ConnectName is { } connect ? Texts.Bound(connect, NameLength) : null;
        Name = step.Kind is UnitStepKind.Statement ? Texts.VerbOf(step.Name) ?? "" : texts.Bound(step.Name);
        if (step.Command is { } command)
            (Verb, Sql, Parameters) = (Texts.VerbOf(command.CommandText), texts.Sql(command), texts.Parameters(command));
    }

    /// <summary>How many characters are kept of a name.</summary>
    public const int NameLength = 200;

    public int Number { get; }

    public UnitStepKind Kind { get; }

    public string Name { get; }

    public string? Connect { get; }

    public TimeSpan Began { get; }

    public string? Verb { get; }

    public string? Sql { get; }

    public IReadOnlyList<string>? Parameters { get; }

    public TimeSpan? Answered { get; private set; }

    public TimeSpan? Duration { get; private set; }

    public string? Result { get; private set; }

    public string? Failure { get; private set; }

    public int? ServerProcess { get; private set; }

    /// <summary>
    /// How often the server was waited for: where the driver sends something along with the next command, that is the command's.
    /// </summary>
    public int RoundTrips => Kind is UnitStepKind.Command or UnitStepKind.Statement or UnitStepKind.Commit or UnitStepKind.Prepare or
        UnitStepKind.Rollback or UnitStepKind.RollbackToSavepoint ? 1 : 0;

    public void End(UnitStep step)
    {
        (Duration, Answered, Result, ServerProcess) = (step.Duration, step.Answered, step.Result, step.ServerProcess);
        Failure = step.Failure is { } failure ? FailureRecord.NameOf(failure) : null;
    }
}
