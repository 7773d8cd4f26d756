using System.Diagnostics;
using Autofac;

namespace TxAspects.Tests;

/// <summary>Spans of sequences and scopes, whose bodies run in pieces.</summary>
[TestClass]
public sealed class SpanPlacesTests() : StreamTests(builder => builder.RegisterType<ProxiedStreams>().As<IStreams>())
{
    private readonly SpanRecorder _recorder = new();

    [TestCleanup]
    public void StopListening() => _recorder.Dispose();

    [TestMethod]
    public async Task Sequence_has_a_span_from_its_first_step_to_its_end_that_the_consumer_never_sees()
    {
        await foreach (var seen in Streams.RequiredAsync(SpansAsync))
        {
            Assert.AreEqual("ProxiedStreams.RequiredAsync", seen);
            Assert.AreSame(_recorder.Root, Activity.Current);
            Assert.IsEmpty(_recorder.Spans);
        }

        Assert.AreSame(_recorder.Root, Activity.Current);
        Assert.AreSame(_recorder.Root, _recorder.Spans.Single().Parent);
    }

    [TestMethod]
    public async Task Sequence_that_is_left_early_is_rolled_back_and_no_error()
    {
        await foreach (var _ in Streams.RequiredAsync(SpansAsync))
            break;

        var span = _recorder.Spans.Single();
        Assert.AreEqual("rolled_back", span.GetTagItem("txaspects.unit.outcome"));
        Assert.AreEqual("it was left before its end", span.GetTagItem("txaspects.unit.reason"));
        Assert.AreEqual(ActivityStatusCode.Unset, span.Status);
    }

    [TestMethod]
    public async Task Scope_has_a_span_that_is_ambient_until_it_is_disposed()
    {
        await using (var scope = Tx.Open(new UnitOfWorkOptions { Name = "job" }))
        {
            Assert.AreEqual("job", Activity.Current!.DisplayName);
            await InsertAsync("tea");
            await scope.CompleteAsync();
        }

        Assert.AreSame(_recorder.Root, Activity.Current);
        Assert.AreEqual("committed", _recorder.Span("job").GetTagItem("txaspects.unit.outcome"));
        Assert.AreSame(_recorder.Span("job"), _recorder.Span("commit").Parent);
    }

    [TestMethod]
    public void Scope_that_is_only_disposed_is_an_error()
    {
        using (Tx.Open(new UnitOfWorkOptions { Name = "job" }))
            Assert.AreEqual("job", Activity.Current!.DisplayName);

        Assert.AreSame(_recorder.Root, Activity.Current);
        Assert.AreEqual("TxAspects.ScopeNotCompletedException", _recorder.Span("job").GetTagItem("error.type"));
    }

    private static async IAsyncEnumerable<string> SpansAsync()
    {
        yield return Activity.Current!.DisplayName;
        await Task.Yield();
        yield return Activity.Current!.DisplayName;
    }
}
