using Microsoft.Extensions.Logging;

namespace TxAspects.Tests;

/// <summary>HTTP calls while a transaction is open are warned of or refused, where the options say so.</summary>
public abstract class HttpInTransactionSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    private readonly LogRecorder _log = new();
    private readonly LoopbackServer _server = new();
    private HttpWatch? _watch;
    private readonly HttpClient _plain = new();
    private readonly HttpClient _guarded = new(new TransactionGuardHandler(new SocketsHttpHandler()));

    [TestCleanup]
    public void Release()
    {
        _watch?.Dispose();
        _plain.Dispose();
        _guarded.Dispose();
        _server.Dispose();
    }

    [TestMethod]
    public async Task Nothing_is_said_by_default()
    {
        await With(HttpInTransaction.Off).RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await CallAsync(_plain);
            await CallAsync(_guarded);
        });

        Assert.IsEmpty(_log.Messages);
        Assert.HasCount(2, _server.Requests);
    }

    [TestMethod]
    public async Task Call_of_any_client_is_warned_of_with_unit_connect_and_host()
    {
        await With(HttpInTransaction.Warn).RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await CallAsync(_plain);
        });

        AssertWarned(1);
        Assert.AreEqual(
            $"Unit of work '{NameOf("RequiredAsync")}' makes an HTTP call to '127.0.0.1' while its transaction on 'master' is open, and " +
            "keeps its connection and its locks until the answer comes. Call before the first command, in Tx.OnCommitted, or after " +
            "Tx.CommitAsync.",
            _log.Messages[0].Text);
        Assert.DoesNotContain("traceparent", _server.Requests.Single());
    }

    [TestMethod]
    public async Task Traced_call_is_warned_of_once_too()
    {
        using var traced = new System.Diagnostics.Activity("test").Start();

        await With(HttpInTransaction.Warn).RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await CallAsync(_guarded);
        });

        AssertWarned(1);
    }

    [TestMethod]
    public void Synchronous_call_is_warned_of_or_refused_too()
    {
        With(HttpInTransaction.Throw).Required(() =>
        {
            Insert("tea");
            Call(_plain);
            Assert.ThrowsExactly<HttpInTransactionException>(() => Call(_guarded));
        });

        AssertWarned(1);
        Assert.HasCount(1, _server.Requests);
    }

    [TestMethod]
    public async Task Calls_while_no_transaction_is_open_are_nobodys_business()
    {
        await With(HttpInTransaction.Throw).RequiredAsync(async () =>
        {
            Tx.OnCommitted(() => CallAsync(_guarded));
            _ = await Tx.SessionAsync(Connect);
            await CallAsync(_guarded);
            await InsertAsync("tea");
            await Tx.CommitAsync(Connect);
            await CallAsync(_guarded);
        });
        await CallAsync(_guarded);

        Assert.IsEmpty(_log.Messages);
        Assert.HasCount(4, _server.Requests);
    }

    [TestMethod]
    public async Task Guarded_client_throws_and_sends_nothing()
    {
        var refused = await Assert.ThrowsExactlyAsync<HttpInTransactionException>(
            () => With(HttpInTransaction.Throw).RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await CallAsync(_guarded);
        }));

        Assert.AreEqual((NameOf("RequiredAsync"), "master", "127.0.0.1"), (refused.UnitName, refused.ConnectName, refused.Host));
        Assert.IsEmpty(_server.Requests);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Client_without_a_guard_is_warned_of_where_others_throw()
    {
        await With(HttpInTransaction.Throw).RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await CallAsync(_plain);
        });

        AssertWarned(1);
    }

    [TestMethod]
    public async Task Unit_of_its_own_inside_keeps_the_transaction_around_it_open()
    {
        var units = With(HttpInTransaction.Throw);

        await units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await Assert.ThrowsExactlyAsync<HttpInTransactionException>(() => units.NewContextAsync(() => CallAsync(_guarded)));
        });

        Assert.IsEmpty(_server.Requests);
    }

    [TestMethod]
    public void Action_is_one_of_its_values()
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => HttpWatch.Start((HttpInTransaction)7, _log));

    private IUnits With(HttpInTransaction action)
    {
        _watch = HttpWatch.Start(action, _log);
        return Units;
    }

    private async Task CallAsync(HttpClient client) => (await client.GetAsync(_server.Address)).Dispose();

    private void Call(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.Address);
        client.Send(request).Dispose();
    }

    private void AssertWarned(int times)
    {
        Assert.HasCount(times, _log.Messages);
        Assert.IsTrue(_log.Messages.All(message => (message.EventId, message.Level) == (60, LogLevel.Warning)));
    }
}

[TestClass]
[DoNotParallelize]
public sealed class HttpInTransactionOnInterfaceProxyTests : HttpInTransactionSpecification<InterfaceProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class HttpInTransactionOnClassProxyTests : HttpInTransactionSpecification<ClassProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class HttpInTransactionOnCallTests : HttpInTransactionSpecification<CallEntry>;
