using TxAspects.Dashboard.Looking;
using TxAspects.Dashboard.Recording;

namespace TxAspects.Dashboard.Serving;

/// <summary>Makes views of what is recorded.</summary>
internal static class UnitViews
{
    private const int MostRows = 200;

    public static NowView Now(UnitRecorder recorder, IReadOnlyList<ConnectLook> looks)
    {
        var now = recorder.Now;
        var open = recorder.OpenUnits;
        return new NowView(
            now, recorder.Total, recorder.Version,
            [.. open.Take(MostRows).Select(unit => unit.Read(contents => Open(unit, contents, now)))],
            [.. looks.Select(look => Connect(look, open))],
            [.. looks.SelectMany(look => look.Waits.Select(wait => new WaitView(
                look.Connect.Name, wait.Waiting,
                DatabaseLook.FindUnit(wait.Waiting, look.Connect.Name, open)?.Id,
                DatabaseLook.FindUnit(wait.Waiting, look.Connect.Name, open)?.Name,
                DatabaseLook.Describe(wait, look.Connect.Name, open),
                DatabaseLook.FindUnit(wait.Blocking, look.Connect.Name, open)?.Id,
                wait.BlockerState, wait.BlockerSince?.TotalMilliseconds)))]);
    }

    public static ListView List(UnitRecorder recorder, UnitFilter filter)
    {
        var version = recorder.Version;
        var ended = recorder.EndedUnits;
        var matching = ended.Where(filter.Matches).ToList();
        return new ListView(
            version, ended.Count, matching.Count,
            [.. recorder.TroubledUnits.Where(filter.Matches).Select(Row)],
            [.. matching.Take(MostRows).Select(Row)]);
    }

    public static UnitView One(UnitRecord unit, UnitRecorder recorder, TxAspectsDashboardOptions options)
        => unit.Read(contents => One(unit, contents, recorder.Now, options));

    public static PlanView Plan(UnitOfWorkPlan plan)
        => new([.. plan.Methods.Select(method => new PlanRow(method.Name, method.SettingsText, method.Source))]);

    private static UnitView One(UnitRecord unit, UnitContents contents, DateTimeOffset now, TxAspectsDashboardOptions options)
    {
        var end = unit.End;
        var steps = contents.Steps.ToArray();
        return new UnitView(
            unit.Id, unit.Name, unit.OpenedAt, OutcomeOf(end, contents.IsDoomed), end?.Sentence ?? "It has not ended.",
            (end?.Duration ?? (now - unit.OpenedAt)).TotalMilliseconds, end?.Body?.TotalMilliseconds, end?.Commit?.TotalMilliseconds,
            contents.Commands, contents.RoundTrips, contents.InCommands.TotalMilliseconds, unit.Request.Route, unit.Request.TraceId,
            unit.Settings, unit.Attempt, unit.PreviousAttempt, unit.Around, unit.AroundName, end is { IsRepeated: true },
            end?.Connects ?? [.. contents.Held.Select(held => held.Connect)],
            end?.Failure is { } failure ? new FailureView(failure.Chain, failure.ThrownIn, failure.Stack, failure.Call) : null,
            contents.Steps.Count, [.. steps.Select(Step).Concat(contents.Waits.Select(Step)).OrderBy(step => step.Began)],
            options.ShowSql, options.ShowExceptionMessages);
    }

    private static OpenView Open(UnitRecord unit, UnitContents contents, DateTimeOffset now)
    {
        var age = now - unit.OpenedAt;
        return new OpenView(
            unit.Id, unit.Name, age.TotalMilliseconds, unit.Request.Route, unit.Request.TraceId, unit.Attempt, contents.IsDoomed,
            unit.Around, unit.AroundName, [.. contents.Held.Where(IsThere).Select(held => Held(held, age))]);
    }

    private static bool IsThere(HeldConnection held) => held.Since is not null || held.WaitingSince is not null;

    private static HeldView Held(HeldConnection held, TimeSpan age)
    {
        return new HeldView(
            held.Connect, held.ServerProcess, Since(held.WaitingSince), Since(held.TransactionSince), Since(held.IdleSince),
            held.Running is { } running ? running.Verb ?? running.Kind.ToString() : null, Since(held.Running?.Began));

        double? Since(TimeSpan? begin) => begin is { } began ? Math.Max(0, (age - began).TotalMilliseconds) : null;
    }

    private static ConnectView Connect(ConnectLook look, IReadOnlyList<UnitRecord> open)
    {
        var held = open.SelectMany(unit => unit.Read(contents => contents.Held
            .Where(one => one.Connect == look.Connect.Name)
            .Select(one => (one.Since, one.WaitingSince)).ToArray())).ToArray();
        return new ConnectView(
            look.Connect.Name, held.Count(one => one.Since is not null), held.Count(one => one.WaitingSince is not null),
            look.Connect.PoolSize, look.Trouble);
    }

    private static RowView Row(UnitRecord unit) => unit.Read(contents => new RowView(
        unit.Id, unit.Name, unit.OpenedAt, OutcomeOf(unit.End, contents.IsDoomed), unit.End!.Sentence,
        unit.End.Duration.TotalMilliseconds, contents.Commands, contents.RoundTrips, unit.End.Connects, unit.Request.Route,
        unit.Request.TraceId, unit.Attempt, unit.End.IsRepeated));

    private static string OutcomeOf(UnitEndRecord? end, bool isDoomed) => end?.Verdict switch
    {
        null => isDoomed ? "open, doomed" : "open",
        UnitVerdict.Committed => "committed",
        UnitVerdict.RolledBack => "rolled back",
        UnitVerdict.Doomed => "doomed",
        UnitVerdict.PartlyCommitted => "partly committed",
        _ => "unknown",
    };

    private static StepView Step(StepRecord step) => new(
        step.Number, step.Kind.ToString(), step.Name, step.Connect, step.Began.TotalMilliseconds, step.Duration?.TotalMilliseconds,
        step.Answered?.TotalMilliseconds, step.Result, step.Failure, step.ServerProcess, step.Verb, step.Sql, step.Parameters);

    private static StepView Step(LockWaitRecord wait) => new(
        Number: null, "LockWait", wait.Blocker, wait.Connect, wait.Began.TotalMilliseconds, wait.Duration?.TotalMilliseconds,
        Answered: null, Result: null, Failure: null, Process: null, Verb: null, Sql: null, Parameters: null);
}
