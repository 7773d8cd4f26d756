namespace TxAspects.Dashboard.Serving;

// What the page is told, as JSON. Times are in milliseconds.

/// <summary>The view 'Now'.</summary>
internal sealed record NowView(
    DateTimeOffset At, long Total, long Version, IReadOnlyList<OpenView> Units, IReadOnlyList<ConnectView> Connects,
    IReadOnlyList<WaitView> Waits);

internal sealed record OpenView(
    long Id, string Name, double Age, string? Request, string? TraceId, int Attempt, bool IsDoomed, long? Around, string? AroundName,
    IReadOnlyList<HeldView> Held);

internal sealed record HeldView(
    string Connect, int? Process, double? WaitingFor, double? InTransactionFor, double? IdleFor, string? Running, double? RunningFor);

internal sealed record ConnectView(string Name, int Held, int Waiting, int? PoolSize, string? Trouble);

internal sealed record WaitView(
    string Connect, int Process, long? Id, string? Name, string Blocker, long? BlockerId, string? BlockerState, double? BlockerFor);

/// <summary>The view 'Units'.</summary>
internal sealed record ListView(long Version, int Kept, int Matching, IReadOnlyList<RowView> Troubled, IReadOnlyList<RowView> Units);

internal sealed record RowView(
    long Id, string Name, DateTimeOffset OpenedAt, string Outcome, string Sentence, double Duration, int Commands, int RoundTrips,
    IReadOnlyList<string> Connects, string? Request, string? TraceId, int Attempt, bool IsRepeated);

/// <summary>The view of one unit.</summary>
internal sealed record UnitView(
    long Id, string Name, DateTimeOffset OpenedAt, string Outcome, string Sentence, double Duration, double? Body, double? Commit,
    int Commands, int RoundTrips, double InCommands, string? Request, string? TraceId, string? Settings, int Attempt,
    long? PreviousAttempt, long? Around, string? AroundName, bool IsRepeated, IReadOnlyList<string> Connects, FailureView? Failure,
    int StepCount, IReadOnlyList<StepView> Steps, bool ShowsSql, bool ShowsMessages);

internal sealed record FailureView(IReadOnlyList<string> Chain, string? ThrownIn, string? Stack, string? Call);

internal sealed record StepView(
    int? Number, string Kind, string Name, string? Connect, double Began, double? Duration, double? Answered, string? Result,
    string? Failure, int? Process, string? Verb, string? Sql, IReadOnlyList<string>? Parameters);

/// <summary>The view 'Plan'.</summary>
internal sealed record PlanView(IReadOnlyList<PlanRow> Methods);

internal sealed record PlanRow(string Method, string Settings, string Source);
