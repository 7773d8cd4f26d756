using System.Diagnostics;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A span per unit, with what became of it.</summary>
public abstract class SpanSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    private readonly SpanRecorder _recorder = new();

    private Activity Unit => _recorder.Span(NameOf("RequiredAsync"));

    [TestCleanup]
    public void StopListening() => _recorder.Dispose();

    [TestMethod]
    public async Task Committed_unit_has_a_span_with_name_outcome_and_connects_and_a_child_for_the_commit()
    {
        await Units.RequiredAsync(() => InsertAsync("tea"));

        Assert.AreSame(_recorder.Root, Unit.Parent);
        Assert.AreEqual(ActivityKind.Internal, Unit.Kind);
        Assert.AreEqual(ActivityStatusCode.Unset, Unit.Status);
        AssertTags(Unit, ("txaspects.unit.name", NameOf("RequiredAsync")), ("txaspects.unit.outcome", "committed"),
            ("txaspects.unit.connects", "master"));
        var commit = _recorder.Span("commit");
        Assert.AreSame(Unit, commit.Parent);
        AssertTags(commit);
    }

    [TestMethod]
    public async Task Unit_that_opens_nothing_has_a_span_without_connects_and_without_a_commit()
    {
        await Units.RequiredAsync(() => Task.CompletedTask);

        AssertTags(_recorder.Spans.Single(), ("txaspects.unit.name", NameOf("RequiredAsync")), ("txaspects.unit.outcome", "committed"));
    }

    [TestMethod]
    public async Task Body_and_its_commands_run_under_the_span()
    {
        await Units.RequiredAsync(async () =>
        {
            using var own = SpanRecorder.Start("own");
            await Task.Yield();
            await InsertAsync("tea");
        });

        var own = _recorder.Of("TxAspects.Tests").Single();
        Assert.AreSame(Unit, own.Parent);
        Assert.IsTrue(_recorder.Of("Npgsql").Any(command => command.ParentSpanId == own.SpanId));
    }

    [TestMethod]
    public void Synchronous_body_runs_under_the_span_and_its_caller_does_not()
    {
        Units.Required(() =>
        {
            Insert("tea");
            Assert.AreEqual(NameOf("Required"), Activity.Current!.DisplayName);
        });

        Assert.AreSame(_recorder.Root, Activity.Current);
        Assert.HasCount(2, _recorder.Spans);
    }

    [TestMethod]
    public void Caller_of_a_synchronous_unit_that_throws_has_its_own_span_back()
    {
        Swallow(() => Units.Required(() => throw Failure));

        Assert.AreSame(_recorder.Root, Activity.Current);
        Assert.AreEqual(ActivityStatusCode.Error, _recorder.Spans.Single().Status);
    }

    [TestMethod]
    public async Task Caller_keeps_its_own_span_while_the_call_is_pending_and_after_it()
    {
        var gate = new TaskCompletionSource();

        var pending = Units.RequiredAsync(() => gate.Task);
        Assert.AreSame(_recorder.Root, Activity.Current);
        gate.SetResult();
        await pending;

        Assert.AreSame(_recorder.Root, Activity.Current);
        Assert.HasCount(1, _recorder.Spans);
    }

    [TestMethod]
    public async Task Failing_unit_has_a_span_with_the_error_and_its_type_but_not_its_message()
    {
        await SwallowAsync(() => Units.RequiredAsync(() => InsertAndFailAsync("tea")));

        Assert.AreEqual(ActivityStatusCode.Error, Unit.Status);
        AssertTags(Unit, ("txaspects.unit.name", NameOf("RequiredAsync")), ("txaspects.unit.outcome", "rolled_back"),
            ("txaspects.unit.connects", "master"),
            ("txaspects.unit.reason", "it failed with OutOfStockException"), ("error.type", "TxAspects.Tests.OutOfStockException"));
        Assert.IsFalse(Unit.StatusDescription!.Contains(Failure.Message, StringComparison.Ordinal));
        Assert.HasCount(1, _recorder.Spans);
    }

    [TestMethod]
    public async Task Doomed_unit_says_why_and_that_its_caller_got_an_error()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(
            () => Units.RequiredAsync(() => SwallowAsync(() => Units.MandatoryAsync(() => throw Failure))));

        Assert.AreEqual("TxAspects.UnitOfWorkDoomedException", Unit.GetTagItem("error.type"));
        StringAssert.Contains((string)Unit.GetTagItem("txaspects.unit.reason")!, NameOf("MandatoryAsync"));
    }

    [TestMethod]
    public async Task Unit_rolled_back_on_request_says_why_and_is_no_error()
    {
        await Units.RequiredAsync(() =>
        {
            Tx.SetRollbackOnly("no tea");
            return Task.CompletedTask;
        });

        Assert.AreEqual(ActivityStatusCode.Unset, Unit.Status);
        Assert.AreEqual("rolled_back", Unit.GetTagItem("txaspects.unit.outcome"));
        StringAssert.Contains((string)Unit.GetTagItem("txaspects.unit.reason")!, "no tea");
        Assert.IsNull(Unit.GetTagItem("error.type"));
    }

    [TestMethod]
    public async Task Commit_that_fails_is_an_error_of_the_commit_and_of_the_unit()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 1)");

        await Assert.ThrowsExactlyAsync<Npgsql.PostgresException>(
            () => Units.RequiredAsync(() => AddAsync(new Order { Item = "second", Slot = 1 })));

        // A commit that goes along with the last save has no span of its own.
        if (TestServer.CommitsWithSave is null)
            Assert.AreEqual("Npgsql.PostgresException", _recorder.Span("commit").GetTagItem("error.type"));
        Assert.AreEqual("Npgsql.PostgresException", Unit.GetTagItem("error.type"));
        Assert.AreEqual(ActivityStatusCode.Error, Unit.Status);
    }

    [TestMethod]
    public async Task Joined_call_has_no_span_and_is_an_event_of_the_units()
    {
        await Units.RequiredAsync(() => Units.MandatoryAsync(() =>
        {
            Assert.AreEqual(NameOf("RequiredAsync"), Activity.Current!.DisplayName);
            return Task.CompletedTask;
        }));

        Assert.HasCount(1, _recorder.Spans);
        Assert.AreEqual(NameOf("MandatoryAsync"), Unit.Events.Single().Name);
    }

    [TestMethod]
    public async Task New_context_has_a_span_under_that_of_the_unit_around_it()
    {
        await Units.RequiredAsync(() => Units.NewContextAsync(() => Task.CompletedTask));

        Assert.AreSame(Unit, _recorder.Span(NameOf("NewContextAsync")).Parent);
    }

    [TestMethod]
    public async Task Nested_call_has_a_span_that_says_whether_its_work_was_kept()
    {
        await Units.RequiredAsync(async () =>
        {
            await Units.NestedAsync(() => InsertAsync("kept"));
            await SwallowAsync(() => Units.NestedAsync(() => InsertAndFailAsync("undone")));
        });

        var nested = _recorder.Spans.Where(span => span.DisplayName == NameOf("NestedAsync")).ToArray();
        Assert.AreEqual("kept, undone", string.Join(", ", nested.Select(span => span.GetTagItem("txaspects.nested.outcome"))));
        Assert.AreEqual("Unset, Error", string.Join(", ", nested.Select(span => span.Status)));
        Assert.IsTrue(Array.TrueForAll(nested, span => span.Parent == Unit));
        Assert.AreEqual(ActivityStatusCode.Unset, Unit.Status);
    }

    [TestMethod]
    public async Task Every_attempt_has_a_span_beside_the_others()
    {
        var attempts = 0;

        await Units.RetryingAsync(async () =>
        {
            await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync(++attempts < 3
                ? "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$"
                : "SELECT 1");
        });

        var spans = _recorder.Spans.Where(span => span.DisplayName == NameOf("RetryingAsync")).ToArray();
        Assert.AreEqual("rolled_back, rolled_back, committed",
            string.Join(", ", spans.Select(span => span.GetTagItem("txaspects.unit.outcome"))));
        Assert.HasCount(3, spans.Select(span => span.GetTagItem("txaspects.unit.id")).OfType<long>().Distinct());
        Assert.AreEqual(", 1, 2", string.Join(", ", spans.Select(span => span.GetTagItem("txaspects.unit.retry_count"))));
        Assert.IsTrue(Array.TrueForAll(spans, span => span.Parent == _recorder.Root));
    }

    [TestMethod]
    public async Task Early_commit_has_a_span_of_its_own()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await Tx.CommitAsync(Connect);
            await InsertAsync("more tea");
        });

        Assert.AreEqual(2, _recorder.Spans.Count(span => span.DisplayName == "commit" && span.Parent == Unit));
    }

    [TestMethod]
    public async Task Hooks_after_the_end_run_under_the_callers_span()
    {
        Activity? seen = null;

        await Units.RequiredAsync(() =>
        {
            Tx.OnCommitted(() => seen = Activity.Current);
            return Task.CompletedTask;
        });

        Assert.AreSame(_recorder.Root, seen);
    }

    private static void AssertTags(Activity span, params (string Name, object Value)[] expected)
        => Assert.AreEqual(
            string.Join("\n", expected.Select(tag => $"{tag.Name}={tag.Value}").Order()),
            string.Join("\n", span.TagObjects.Where(tag => tag.Key is not "txaspects.unit.id")
                .Select(tag => $"{tag.Key}={(tag.Value is string[] values ? string.Join(",", values) : tag.Value)}").Order()));
}

[TestClass]
public sealed class SpanOnInterfaceProxyTests : SpanSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class SpanOnClassProxyTests : SpanSpecification<ClassProxyEntry>;

[TestClass]
public sealed class SpanOnCallTests : SpanSpecification<CallEntry>;
