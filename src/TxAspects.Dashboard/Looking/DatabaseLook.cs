using TxAspects.Dashboard.Recording;
using TxAspects.Drivers;

namespace TxAspects.Dashboard.Looking;

/// <summary>
/// Asks the databases who waits for whom: while somebody watches, and where a command runs for long. Each is asked over a connection of its
/// own, past all units, and not for longer than the options say.
/// </summary>
internal sealed class DatabaseLook(UnitRecorder recorder, TxAspectsDashboardOptions options, TimeProvider time)
{
    /// <summary>A command that runs for longer may wait for a lock, so the database is asked.</summary>
    public static readonly TimeSpan LongCommand = TimeSpan.FromSeconds(1);

    // So that several who watch ask no more often than one.
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _gate = new(1);
    private IReadOnlyList<ConnectLook> _last = [];
    private long? _lastAt;

    /// <summary>What all databases say now, or half a second ago.</summary>
    public async Task<IReadOnlyList<ConnectLook>> LookAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_lastAt is { } at && time.GetElapsedTime(at) < Freshness)
                return _last;

            var looks = await Task.WhenAll(recorder.Connects.Select(connect => LookAsync(connect.Value, cancellationToken)))
                .ConfigureAwait(false);
            _lastAt = time.GetTimestamp();
            return _last = [.. looks.Where(look => look.Trouble is not Disposed)];
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Looks every second whether a command runs for long, and asks then, until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(LongCommand, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                if (recorder.OpenUnits.Any(unit => unit.Read(contents => HasLongCommand(unit, contents))))
                    await LookAsync(stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The application ends.
        }
    }

    private const string Disposed = "disposed";

    private bool HasLongCommand(UnitRecord unit, UnitContents contents)
        => contents.Held.Exists(held => held.Running is { } running && recorder.Now - unit.OpenedAt - running.Began >= LongCommand);

    private async Task<ConnectLook> LookAsync(DbConnect connect, CancellationToken cancellationToken)
    {
        var open = recorder.OpenUnits;
        var processes = open.SelectMany(unit => unit.Read(contents => ProcessesOf(contents, connect.Name))).ToArray();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.LookTimeout);
        try
        {
            // What does not heed its token, such as the look-up of a host's name, is not waited for either.
            var waits = await connect.FindLockWaitsAsync(processes, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            foreach (var unit in open)
                unit.Waits(connect.Name, waits, wait => Describe(wait, connect.Name, open));
            return new ConnectLook(connect, Trouble: null, waits);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ConnectLook(connect, $"The database did not answer within {options.LookTimeout.TotalSeconds:0.#} s.", []);
        }
        catch (ObjectDisposedException)
        {
            recorder.Forget(connect);
            return new ConnectLook(connect, Disposed, []);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var causes = FailureRecord.Causes(exception).Select(FailureRecord.NameOf);
            return new ConnectLook(connect, $"The database does not answer: {string.Join(", ", causes)}.", []);
        }
    }

    /// <summary>Who holds a lock: a unit of this process by its name and number, another process by what it calls itself.</summary>
    public static string Describe(LockWait wait, string connect, IReadOnlyList<UnitRecord> open)
    {
        if (FindUnit(wait.Blocking, connect, open) is { } unit)
            return $"'{unit.Name}' (unit {unit.Id})";
        if (wait.Blocking == 0)
            return "a prepared transaction";

        var name = wait.BlockerName is { Length: > 0 } known
            ? $"'{Texts.Bound(known, StepRecord.NameLength)}'"
            : "a program without a name";
        return $"{name} (process {wait.Blocking} of the server)";
    }

    /// <summary>The open unit of this process that a process of the server works for; null where there is none.</summary>
    public static UnitRecord? FindUnit(int process, string connect, IReadOnlyList<UnitRecord> open)
        => open.FirstOrDefault(unit => unit.Read(contents => ProcessesOf(contents, connect).Contains(process)));

    private static int[] ProcessesOf(UnitContents contents, string connect)
        => [.. contents.Held.Where(held => held.Connect == connect).Select(held => held.ServerProcess).OfType<int>()];
}
