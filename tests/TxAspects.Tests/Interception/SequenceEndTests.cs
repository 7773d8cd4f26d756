using Autofac;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>How a sequence ends that throws, or that nobody reads on.</summary>
[TestClass]
public sealed class SequenceEndTests : DatabaseTests
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(75);    // the limit of 60 s and the quarter by which a look may come later

    private readonly ManualTime _time = new();
    private readonly LogRecorder _log = new();
    private IContainer? _container;

    private ISequences Sequences => (_container ??= Containers.Build(
        builder => builder.RegisterType<Sequencing>().As<ISequences>(),
        options =>
        {
            options.TimeProvider = _time;
            options.LoggerFactory = _log;
        })).Resolve<ISequences>();

    [TestCleanup]
    public void DisposeContainer()
    {
        _container?.Dispose();
        Tx.Configure(new TxAspectsOptions());
    }

    [TestMethod]
    public async Task Producer_whose_step_throws_is_disposed_once_at_once_and_in_the_unit()
    {
        var producer = new Producer { Failure = new InvalidOperationException("step") };

        var thrown = await Assert.ThrowsExactlyAsync<InvalidOperationException>(
            () => Sequences.ReadAsync(() => producer).ToListAsync().AsTask());

        Assert.AreSame(producer.Failure, thrown);
        CollectionAssert.AreEqual(new[] { true }, producer.Disposals);
    }

    [TestMethod]
    public async Task Producer_that_also_fails_when_disposed_tells_that_as_a_plain_sequence_does()
    {
        var producer = new Producer { Failure = new InvalidOperationException("step"), DisposalFailure = new IOException("disposal") };
        var plain = await Assert.ThrowsExactlyAsync<IOException>(() => new Producer(producer).ToListAsync().AsTask());

        var thrown = await Assert.ThrowsExactlyAsync<IOException>(() => Sequences.ReadAsync(() => producer).ToListAsync().AsTask());

        Assert.AreEqual(plain.Message, thrown.Message);
        Assert.HasCount(1, producer.Disposals);
    }

    [TestMethod]
    public async Task Rows_of_a_query_that_fails_in_its_midst_are_given_up_before_the_rollback()
    {
        await Assert.ThrowsAsync<Exception>(async () => await Sequences.ReadAsync(Failing).ToListAsync().AsTask());

        Assert.AreEqual(0, Master.ConnectionsLeased);
        Assert.IsFalse(_log.Messages.Any(message => message.EventId is 3 or 8), "No session waited for its reader.");

        IAsyncEnumerable<Order> Failing()
            => Tx.Session(Connect).Orders
                .FromSqlRaw("SELECT g AS id, 'tea' AS item, 1 / (250 - g) AS quantity, NULL AS code, NULL::int AS slot, 1 AS version " +
                            "FROM generate_series(1, 300) g")
                .AsAsyncEnumerable();
    }

    [TestMethod]
    public async Task Sequence_that_nobody_reads_on_is_rolled_back_after_its_limit_and_said_so()
    {
        var ran = new List<string>();
        var steps = Sequences.ReadAsync(() => InsertingAsync(ran)).GetAsyncEnumerator();
        Assert.IsTrue(await steps.MoveNextAsync());

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.IsEmpty(_log.Messages);
        _time.Advance(Late - TimeSpan.FromSeconds(59));

        var thrown = await Assert.ThrowsExactlyAsync<SequenceAbandonedException>(async () => await steps.MoveNextAsync());
        Assert.AreEqual(
            "Nobody read the sequence of 'Sequencing.ReadAsync' on for 60 s, so its unit of work was rolled back. " +
            "Read the sequence in less time, collect it in a list first, or set TxAspectsOptions.SequenceIdleLimit.", thrown.Message);
        CollectionAssert.AreEqual(new[] { "finally Sequencing.ReadAsync", "rolled back" }, ran);
        Assert.AreEqual(0, Master.ConnectionsLeased);
        Assert.AreEqual("", await Master.ItemsAsync());
        Assert.AreEqual(
            "Nobody has read the sequence of unit of work 'Sequencing.ReadAsync' on for 00:01:00, so the unit is rolled back. " +
            "Dispose the enumerator where the sequence is left early, or read it in less time.",
            _log.Messages.Single(one => one.EventId == 42).Text);
        await Assert.ThrowsExactlyAsync<SequenceAbandonedException>(async () => await steps.MoveNextAsync());
        await steps.DisposeAsync();
        Assert.AreEqual(0, _time.Timers);
    }

    [TestMethod]
    public async Task Shorter_timeout_of_the_unit_is_the_limit()
    {
        var steps = Sequences.OverdueAsync(() => InsertingAsync([])).GetAsyncEnumerator();
        Assert.IsTrue(await steps.MoveNextAsync());

        _time.Advance(TimeSpan.FromSeconds(5));

        var thrown = await Assert.ThrowsExactlyAsync<SequenceAbandonedException>(async () => await steps.MoveNextAsync());
        Assert.AreEqual(TimeSpan.FromSeconds(4), thrown.IdleLimit);
    }

    [TestMethod]
    public async Task Sequence_that_is_read_on_in_time_goes_on_for_ever()
    {
        var seen = 0;
        await foreach (var _ in Sequences.ReadAsync(() => InsertingAsync([])))
        {
            seen++;
            _time.Advance(TimeSpan.FromSeconds(44));
        }

        Assert.AreEqual(3, seen);
        Assert.AreEqual("1,2,3", await Master.ItemsAsync());
        Assert.IsEmpty(_log.Messages);
        Assert.AreEqual(0, _time.Timers);
    }

    [TestMethod]
    public async Task Step_that_takes_long_is_not_idle()
    {
        var gate = new TaskCompletionSource();
        var steps = Sequences.ReadAsync(WaitingAsync).GetAsyncEnumerator();
        Assert.IsTrue(await steps.MoveNextAsync());
        var second = steps.MoveNextAsync();

        _time.Advance(TimeSpan.FromHours(1));
        gate.SetResult();

        Assert.IsTrue(await second);
        await steps.DisposeAsync();
        Assert.IsEmpty(_log.Messages);

        async IAsyncEnumerable<int> WaitingAsync()
        {
            yield return 1;
            await gate.Task;
            yield return 2;
        }
    }

    [TestMethod]
    public async Task Failure_while_an_abandoned_producer_ends_is_logged_and_the_unit_rolled_back()
    {
        var failure = new IOException("disposal");
        var steps = Sequences.ReadAsync(() => new Producer { DisposalFailure = failure }).GetAsyncEnumerator();
        Assert.IsTrue(await steps.MoveNextAsync());

        _time.Advance(Late);

        await Assert.ThrowsExactlyAsync<SequenceAbandonedException>(async () => await steps.MoveNextAsync());
        Assert.AreSame(failure, _log.Messages.Single(one => one.EventId == 43).Exception);
    }

    [TestMethod]
    public async Task Sequence_that_joined_is_left_to_its_unit()
    {
        await Tx.RunAsync(async () =>
        {
            var steps = Sequences.ReadAsync(() => InsertingAsync([])).GetAsyncEnumerator();
            Assert.IsTrue(await steps.MoveNextAsync());
            _time.Advance(Late);
            Assert.IsTrue(await steps.MoveNextAsync());
            await steps.DisposeAsync();
        });

        Assert.AreEqual("1,2", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Disposal_during_a_step_waits_for_it_and_then_ends_the_unit()
    {
        var gate = new TaskCompletionSource();
        var steps = Sequences.ReadAsync(WaitingAsync).GetAsyncEnumerator();
        var first = steps.MoveNextAsync();

        var disposal = steps.DisposeAsync();
        Assert.IsFalse(disposal.IsCompleted);
        gate.SetResult();

        Assert.IsTrue(await first);
        await disposal;
        Assert.IsFalse(await steps.MoveNextAsync());
        Assert.AreEqual("", await Master.ItemsAsync());

        async IAsyncEnumerable<int> WaitingAsync()
        {
            await InsertAsync("tea");
            await gate.Task;
            yield return 1;
        }
    }

    [TestMethod]
    public async Task Second_step_during_the_first_is_refused()
    {
        var gate = new TaskCompletionSource();
        var steps = Sequences.ReadAsync(WaitingAsync).GetAsyncEnumerator();
        var first = steps.MoveNextAsync();

        var refused = await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await steps.MoveNextAsync());

        Assert.AreEqual(
            "'Sequencing.ReadAsync' returned a sequence of which a step still runs. Await each MoveNextAsync before the next.",
            refused.Message);
        gate.SetResult();
        Assert.IsTrue(await first);
        await steps.DisposeAsync();

        async IAsyncEnumerable<int> WaitingAsync()
        {
            await gate.Task;
            yield return 1;
        }
    }

    private async IAsyncEnumerable<int> InsertingAsync(List<string> ran)
    {
        Tx.OnRolledBack(() => ran.Add("rolled back"));
        try
        {
            for (var number = 1; number <= 3; number++)
            {
                await InsertAsync($"{number}");
                yield return number;
            }
        }
        finally
        {
            ran.Add($"finally {Tx.Current?.Name}");
        }
    }

    public interface ISequences
    {
        IAsyncEnumerable<T> ReadAsync<T>(Func<IAsyncEnumerable<T>> body);

        IAsyncEnumerable<T> OverdueAsync<T>(Func<IAsyncEnumerable<T>> body);
    }

    [UnitOfWork]
    public sealed class Sequencing : ISequences
    {
        public IAsyncEnumerable<T> ReadAsync<T>(Func<IAsyncEnumerable<T>> body) => body();

        [UnitOfWork(TimeoutSeconds = 4)]
        public IAsyncEnumerable<T> OverdueAsync<T>(Func<IAsyncEnumerable<T>> body) => body();
    }

    /// <summary>Yields one element, or throws; notes whether a unit was open each time it was disposed.</summary>
    private sealed class Producer : IAsyncEnumerable<int>, IAsyncEnumerator<int>
    {
        private int _steps;

        public Producer()
        {
        }

        public Producer(Producer other) => (Failure, DisposalFailure) = (other.Failure, other.DisposalFailure);

        public Exception? Failure { get; init; }

        public Exception? DisposalFailure { get; init; }

        public List<bool> Disposals { get; } = [];

        public int Current => _steps;

        public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() => Failure is null ? new(++_steps == 1) : ValueTask.FromException<bool>(Failure);

        public ValueTask DisposeAsync()
        {
            Disposals.Add(Tx.IsOpen);
            return DisposalFailure is null ? default : ValueTask.FromException(DisposalFailure);
        }
    }
}
