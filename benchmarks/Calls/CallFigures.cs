using Autofac;
using Castle.DynamicProxy;
using TxAspects.Benchmarks.Measuring;
using TxAspects.Benchmarks.Reporting;

namespace TxAspects.Benchmarks.Calls;

/// <summary>What a call costs without a database.</summary>
internal sealed class CallFigures : IDisposable
{
    private const string Part = "Calls without a database";
    private const string TimePart = "Time of one call";
    private const string BytesPart = "Bytes allocated by one call";
    private const int CountedCalls = 20_000;
    private const int RetainingCalls = 500_000;
    private static readonly TimeSpan Block = TimeSpan.FromMilliseconds(0.5);

    private readonly Pairing _pairing;
    private readonly Report _report;
    private readonly int _pairs;
    private readonly IContainer _container;
    private readonly IUnitCalls _units;
    private readonly CallPeer _direct;
    private readonly CallPeer _castle;
    private readonly CallPeer _asyncInterceptor;
    private readonly CallPeer _unattributed;
    private readonly CallPeer _joined;
    private readonly CallPeer _outermost;

    public CallFigures(Pairing pairing, Report report, int pairs)
    {
        (_pairing, _report, _pairs) = (pairing, report, pairs);
        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule());
        builder.RegisterType<UnitCalls>().As<IUnitCalls>().SingleInstance();
        builder.RegisterType<MixedCalls>().As<IMixedCalls>().SingleInstance();
        _container = builder.Build();
        _units = _container.Resolve<IUnitCalls>();

        var generator = new ProxyGenerator();
        _direct = CallPeer.Of<Direct>("direct call", new PlainCalls());
        _castle = CallPeer.Of<Castle>(
            "Castle proxy that only proceeds",
            generator.CreateInterfaceProxyWithTarget<ICalls>(new PlainCalls(), new ProceedingInterceptor()));
        _asyncInterceptor = CallPeer.Of<Idle>(
            "AsyncInterceptorBase doing nothing",
            generator.CreateInterfaceProxyWithTarget<ICalls>(new PlainCalls(), new IdleAsyncInterceptor()));
        _unattributed = CallPeer.Of<Unattributed>("unattributed method", _container.Resolve<IMixedCalls>());
        _joined = CallPeer.Of<Joined>("joined call", _units, body => Tx.RunAsync(body));
        _outermost = CallPeer.Of<Outermost>("outermost call, no SQL", _units);
    }

    private CallPeer[] Peers => [_direct, _castle, _asyncInterceptor, _unattributed, _joined, _outermost];

    /// <summary>The figures with a limit: calls of a <c>Task&lt;int&gt;</c> that completes at once.</summary>
    public async Task MeasureLimitedAsync()
    {
        await _pairing.WarmUpAsync([.. Peers.SelectMany(peer => peer.Works)], operations: 300);
        await CompareAsync(_unattributed, _castle, CallShape.Task, limit: 1.0);
        await CompareAsync(_joined, _castle, CallShape.Task, limit: 1.6);
        await AddBytesAsync(_joined, CallShape.Task);
        _report.Add(new Figure(Part, "joined call, bytes retained", await CountRetainedAsync(), "B", Limit: 0));
        await CompareAsync(_outermost, _asyncInterceptor, CallShape.Task, limit: 1.2);
        await AddBytesAsync(_outermost, CallShape.Task, limit: 600);
    }

    /// <summary>The other shapes against the same peers, and every peer's own time and bytes.</summary>
    public async Task MeasureAllAsync()
    {
        foreach (var shape in Enum.GetValues<CallShape>())
        {
            if (shape is not CallShape.Task)
            {
                await CompareAsync(_unattributed, _castle, shape);
                await CompareAsync(_joined, _castle, shape);
                await CompareAsync(_outermost, _asyncInterceptor, shape);
            }
        }

        foreach (var shape in Enum.GetValues<CallShape>())
        {
            var times = await _pairing.MeasureInTurnAsync([.. Peers.Select(peer => peer[shape])], _pairs / 2, Block);
            foreach (var (peer, time) in Peers.Zip(times))
                _report.Add(Figure.Of(TimePart, peer.Name, time, "ns", TypeOf(shape), scale: 1e9));
        }

        foreach (var shape in Enum.GetValues<CallShape>())
        {
            foreach (var peer in Peers)
                _report.Add(new Figure(BytesPart, peer.Name, await peer[shape].CountBytesAsync(CountedCalls), "B", TypeOf(shape)));
        }
    }

    public void Dispose() => _container.Dispose();

    private async Task CompareAsync(CallPeer ours, CallPeer theirs, CallShape shape, double? limit = null)
    {
        var found = await _pairing.CompareAsync(ours[shape], theirs[shape], _pairs, Block);
        var name = $"{ours.Name} ÷ {theirs.Name}{(shape is CallShape.Task ? "" : $", {TypeOf(shape)}")}";
        _report.Add(Figure.Of(Part, name, found, limit: limit));
    }

    private async Task AddBytesAsync(CallPeer peer, CallShape shape, double? limit = null)
        => _report.Add(new Figure(
            Part, $"{peer.Name}, bytes allocated", await peer[shape].CountBytesAsync(CountedCalls), "B", Limit: limit));

    /// <summary>What one unit holds for each call that joined it. A page of the heap more or less is no byte per call.</summary>
    private Task<double> CountRetainedAsync() => Tx.RunAsync(async () =>
    {
        await CallLoops<Joined>.TaskAsync(_units, CountedCalls);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await CallLoops<Joined>.TaskAsync(_units, RetainingCalls);
        return Math.Round(Math.Max(0, GC.GetTotalMemory(forceFullCollection: true) - before) / (double)RetainingCalls, 1);
    });

    private static string TypeOf(CallShape shape) => shape switch
    {
        CallShape.Task => "Task<int>",
        CallShape.YieldingTask => "Task<int> that yields",
        CallShape.ValueTask => "ValueTask<int>",
        CallShape.YieldingValueTask => "ValueTask<int> that yields",
        _ => "int",
    };

    private readonly struct Direct;

    private readonly struct Castle;

    private readonly struct Idle;

    private readonly struct Unattributed;

    private readonly struct Joined;

    private readonly struct Outermost;
}
