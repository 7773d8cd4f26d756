using Autofac;

namespace TxAspects.Tests;

/// <summary>What a call costs while nobody listens, in bytes. Alone, because a listener of another test would be heard here.</summary>
[TestClass]
[DoNotParallelize]
public sealed class AllocationTests
{
    private const int Outermost = 408;
    private const int Joined = 104;    // Castle's own
#if DEBUG
    private const int Suspended = 1664;    // The compiler makes the state machines of asynchronous methods classes here.
#else
    private const int Suspended = 936;
#endif

    [TestMethod]
    public void Outermost_call_that_completes_at_once_needs_no_state_machine()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Answers>().As<IAnswers>());

        Assert.IsLessThanOrEqualTo(Outermost, BytesPerCall(container.Resolve<IAnswers>()));
    }

    [TestMethod]
    public void Outermost_call_that_waits_needs_two()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Answers>().As<IAnswers>());
        var answers = container.Resolve<IAnswers>();

        Assert.IsLessThanOrEqualTo(Suspended, BytesPerCall(() =>
        {
            var gate = new TaskCompletionSource<int>();
            var pending = answers.AnswerAsync(gate.Task);
            Assert.IsFalse(pending.IsCompleted);
            gate.SetResult(42);
            Assert.IsTrue(pending.IsCompletedSuccessfully);
        }));
    }

    [TestMethod]
    public async Task Joined_call_that_completes_at_once_allocates_nothing_of_its_own()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Answers>().As<IAnswers>());

        await Tx.RunAsync(() =>
        {
            Assert.IsLessThanOrEqualTo(Joined, BytesPerCall(container.Resolve<IAnswers>()));
            return Task.CompletedTask;
        });
    }

    [TestMethod]
    public void Clock_is_not_read()
    {
        var time = new ManualTime();
        using var container = Containers.Build(
            builder => builder.RegisterType<Answers>().As<IAnswers>(), options => options.TimeProvider = time);

        Assert.IsTrue(container.Resolve<IAnswers>().AnswerAsync().IsCompletedSuccessfully);

        Assert.AreEqual(0, time.Reads);
    }

    [TestCleanup]
    public void ForgetProcessOptions() => Tx.Configure(new TxAspectsOptions());

    private static long BytesPerCall(IAnswers answers)
        => BytesPerCall(() => Assert.IsTrue(answers.AnswerAsync().IsCompletedSuccessfully));

    private static long BytesPerCall(Action run)
    {
        const int calls = 1_000;
        var least = long.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var call = 0; call < calls; call++)
                run();
            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / calls);
        }

        return least;
    }

    public interface IAnswers
    {
        [UnitOfWork]
        Task<int> AnswerAsync();

        [UnitOfWork]
        Task<int> AnswerAsync(Task<int> answer);
    }

    public sealed class Answers : IAnswers
    {
        private static readonly Task<int> Answer = Task.FromResult(42);

        public Task<int> AnswerAsync() => Answer;

        public Task<int> AnswerAsync(Task<int> answer) => answer;
    }
}
