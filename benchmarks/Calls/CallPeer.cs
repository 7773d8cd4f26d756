using TxAspects.Benchmarks.Measuring;

namespace TxAspects.Benchmarks.Calls;

/// <summary>One way of calling, with a loop for each shape.</summary>
internal sealed class CallPeer
{
    private readonly Dictionary<CallShape, Work> _works = [];

    private CallPeer(string name) => Name = name;

    public string Name { get; }

    public IEnumerable<Work> Works => _works.Values;

    public Work this[CallShape shape] => _works[shape];

    /// <summary>Makes a peer of some calls.</summary>
    /// <param name="name">The name in the figures.</param>
    /// <param name="calls">What is called.</param>
    /// <param name="around">What each series of calls runs in. Default: nothing.</param>
    public static CallPeer Of<TPeer>(string name, ICalls calls, Func<Func<Task>, Task>? around = null)
        where TPeer : struct
    {
        var peer = new CallPeer(name);
        Add(CallShape.Task, CallLoops<TPeer>.TaskAsync, yields: false);
        Add(CallShape.YieldingTask, CallLoops<TPeer>.YieldingTaskAsync, yields: true);
        Add(CallShape.ValueTask, CallLoops<TPeer>.ValueTaskAsync, yields: false);
        Add(CallShape.YieldingValueTask, CallLoops<TPeer>.YieldingValueTaskAsync, yields: true);
        Add(CallShape.Value, CallLoops<TPeer>.ValueAsync, yields: false);
        return peer;

        void Add(CallShape shape, Func<ICalls, int, Task> loop, bool yields)
            => peer._works[shape] = new Work(
                name, around is null ? count => loop(calls, count) : count => around(() => loop(calls, count)), ChangesThread: yields);
    }
}
