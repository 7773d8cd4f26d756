using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace TxAspects.Dashboard.Recording;

/// <summary>Keeps what the units of a process did, as far as the options allow: those that are open, and the last that ended.</summary>
/// <remarks>
/// What it keeps is bounded in every direction: units, steps of each, characters of each text. Nothing of the application is referred to
/// from what is kept of units that have ended.
/// </remarks>
internal sealed class UnitRecorder(TxAspectsDashboardOptions options, TimeProvider time, IHttpContextAccessor? requests) : UnitObserver
{
    private const int MostOpen = 10_000;
    private const int MostTroubled = 100;
    private const int MostConnects = 100;

    private readonly ConcurrentDictionary<long, UnitRecord> _open = new();
    private readonly ConcurrentDictionary<string, DbConnect> _connects = new();
    private readonly RecordRing _ended = new(options.KeptUnits);
    private readonly RecordRing _troubled = new(MostTroubled);
    private readonly Texts _texts = new(options);
    private long _version;
    private long _total;
    private int _openCount;    // beside the dictionary, whose count takes all of its locks

    /// <summary>Changes whenever a unit ends.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>How many units were opened since the page is mapped.</summary>
    public long Total => Volatile.Read(ref _total);

    public Texts Texts => _texts;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The units that are open, the oldest first.</summary>
    public IReadOnlyList<UnitRecord> OpenUnits => [.. _open.Values.OrderBy(unit => unit.Id)];

    /// <summary>The connects of which a unit had a session, by their names.</summary>
    public IReadOnlyList<KeyValuePair<string, DbConnect>> Connects
        => [.. _connects.OrderBy(connect => connect.Key, StringComparer.Ordinal)];

    /// <summary>The units that ended, the newest first.</summary>
    public List<UnitRecord> EndedUnits => _ended.ToList();

    /// <summary>Those whose outcome somebody should look at; they are kept for longer than the others.</summary>
    public List<UnitRecord> TroubledUnits => _troubled.ToList();

    public UnitRecord? Find(long id) => _open.GetValueOrDefault(id) ?? _ended.Find(id) ?? _troubled.Find(id);

    public override void Opened(ITxUnit unit)
    {
        Interlocked.Increment(ref _total);
        if (Volatile.Read(ref _openCount) >= MostOpen)
            return;

        if (_open.TryAdd(unit.Id, new UnitRecord(unit, options.StepsPerUnit, PlaceHere(), time.GetUtcNow())))
            Interlocked.Increment(ref _openCount);
    }

    public override void Began(ITxUnit unit, UnitStep step)
    {
        if (step.Connect is DbConnect connect)
            Note(connect);
        FindFor(unit)?.Began(step, _texts);
    }

    public override void Ended(ITxUnit unit, UnitStep step) => FindFor(unit)?.Ended(step);

    public override void Ended(ITxUnit unit, UnitOfWorkOutcome outcome)
    {
        if (!_open.TryGetValue(unit.Id, out var record))
            return;

        record.Ended(outcome, _texts);
        _ended.Add(record);
        if (record.End!.Verdict is UnitVerdict.Unknown or UnitVerdict.PartlyCommitted or UnitVerdict.Doomed)
            _troubled.Add(record);

        // Kept before it is taken out here, so that who looks for it finds it at every moment.
        if (_open.TryRemove(unit.Id, out _))
            Interlocked.Decrement(ref _openCount);
        Interlocked.Increment(ref _version);
    }

    /// <summary>A connect that is disposed is asked no more.</summary>
    public void Forget(DbConnect connect) => _connects.TryRemove(new(connect.Name, connect));

    // The last of a name counts, as where a test or a tenant makes one anew.
    private void Note(DbConnect connect)
    {
        if (_connects.TryGetValue(connect.Name, out var known) ? known != connect : _connects.Count < MostConnects)
            _connects[connect.Name] = connect;
    }

    // After the end only hooks are told of.
    private UnitRecord? FindFor(ITxUnit unit)
        => _open.TryGetValue(unit.Id, out var record) ? record : unit.Outcome is null ? null : _ended.Find(unit.Id);

    private RequestPlace PlaceHere()
    {
        var trace = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.TraceId.ToHexString() : null;
        return new RequestPlace(requests?.HttpContext is { } context ? RouteOf(context) : null, trace);
    }

    private static string? RouteOf(HttpContext context)
        => context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route }
            ? Texts.Bound($"{context.Request.Method} /{route.TrimStart('/')}", StepRecord.NameLength)
            : null;
}
