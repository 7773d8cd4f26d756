using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Testing.Transactional;

/// <summary>Who has a shared connection: which part is inside which, and one command at a time, whoever sends it.</summary>
internal sealed class Turns(string connectName, TimeSpan timeForTurn)
{
    private readonly Lock _gate = new();    // protects all fields below
    private readonly List<Part> _parts = [];
    private readonly HashSet<DbContext> _own = [];
    // a command, a savepoint of a context, a statement of the library's, or a batch of ours
    private (DbContext? Context, object Command, TaskCompletionSource Ended)? _running;

    public IReadOnlyList<string> OpenParts
    {
        get
        {
            lock (_gate)
                return [.. _parts.Select(part => part.Name)];
        }
    }

    /// <summary>A session of the test: what it does belongs to whatever is open.</summary>
    public void AddOwn(DbContext context)
    {
        lock (_gate)
            _own.Add(context);
    }

    /// <summary>A session of the application: its context comes from a pool, and may have served the test before.</summary>
    public void AddOther(DbContext context)
    {
        lock (_gate)
            _own.Remove(context);
    }

    public bool IsOwn(DbContext context)
    {
        lock (_gate)
            return _own.Contains(context);
    }

    public Part? Find(DbContext context)
    {
        lock (_gate)
            return _parts.Find(part => part.Context == context);
    }

    /// <summary>The parts inside this one, the latest last.</summary>
    public Part[] Inside(Part part)
    {
        lock (_gate)
            return [.. _parts.Skip(_parts.IndexOf(part) + 1)];
    }

    /// <summary>Waits until a part may begin. From here on no command of an earlier part does; one may still be running.</summary>
    public async ValueTask EnterAsync(Part part, bool async, CancellationToken cancellationToken)
    {
        while (Push(part) is { } obstacle)
            await WaitAsync(obstacle, async, cancellationToken).ConfigureAwait(false);
    }

    public void Leave(Part part)
    {
        lock (_gate)
        {
            _parts.Remove(part);

            // A reader that was forgotten is closed by the library, past EF Core.
            if (_running is { } running && running.Context == part.Context)
                CommandEnded(running.Command);
        }

        part.End();
    }

    /// <summary>Waits until a command of a context, or what a savepoint takes, may be sent.</summary>
    public async ValueTask CommandAsync(
        DbContext context, object command, bool changes, bool async, CancellationToken cancellationToken)
    {
        while (TryStart(context, command, changes) is { } obstacle)
            await WaitAsync(obstacle, async, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until statements of our own may be sent.</summary>
    public async ValueTask CommandAsync(string by, DbContext? context, NpgsqlBatch batch, bool async)
    {
        while (TryStart(by, context, batch) is { } obstacle)
            await WaitAsync(obstacle, async, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>The command has ended, its rows are read or given up.</summary>
    public void CommandEnded(object command)
    {
        lock (_gate)
        {
            if (_running is not { } running || running.Command != command)
                return;

            _running = null;
            running.Ended.SetResult();
        }
    }

    private Obstacle? Push(Part part)
    {
        lock (_gate)
        {
            if (_parts is [.., var last] && !part.IsInside(last))
                return NoTurn(part, last);

            _parts.Add(part);
            return null;
        }
    }

    private Obstacle? TryStart(DbContext context, object command, bool changes)
    {
        lock (_gate)
        {
            // What it sends meanwhile belongs to what it is sending, such as a savepoint; whoever has entered since waits for that.
            if (_running?.Context == context)
                return null;
            if (FindInner(context, changes) is { } inner)
                return inner;
            if (FindRunning(Find(context)?.Name ?? "The test", context) is { } other)
                return other;

            Start(context, command);
            return null;
        }
    }

    private Obstacle? TryStart(string by, DbContext? context, NpgsqlBatch batch)
    {
        lock (_gate)
        {
            if (FindRunning(by, context) is { } running)
                return running;

            Start(context, batch);
            return null;
        }
    }

    // A second one on a session that has one is refused by the library or the driver, as in production.
    private void Start(DbContext? context, object command)
        => _running ??= (context, command, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>
    /// Finds a unit inside the part of a context, for which its commands wait, and remembers whose work a command that changes something
    /// mixes with.
    /// </summary>
    private Obstacle? FindInner(DbContext context, bool changes)
    {
        if (Find(context) is not { } part || Inside(part) is not [_, ..] inside)
            return null;

        // A unit inside runs beside this command, and ends by itself. A session in hand may be in the same hands.
        if (Array.Find(inside, inner => inner.IsOfUnit) is { } unit)
            return NoTurn(part, unit);

        if (changes)
            Array.ForEach(inside, inner => inner.Visitor = part.Name);
        return null;
    }

    private Obstacle? FindRunning(string name, DbContext? context)
        => _running is { } running && (context is null || running.Context != context)
            ? new Obstacle(running.Ended.Task, () => TestSetUpException.Busy(name, connectName, cause: null))
            : null;

    private Obstacle NoTurn(Part part, Part blocker)
        => new(blocker.Ended, () => TestSetUpException.NoTurn(part.Name, blocker.Name, connectName, timeForTurn));

    private async ValueTask WaitAsync(Obstacle obstacle, bool async, CancellationToken cancellationToken)
    {
        if (async)
            await Task.WhenAny(obstacle.Gone, Task.Delay(timeForTurn, cancellationToken)).ConfigureAwait(false);
        else
            Task.WaitAny([obstacle.Gone], (int)timeForTurn.TotalMilliseconds, cancellationToken);

        cancellationToken.ThrowIfCancellationRequested();
        if (!obstacle.Gone.IsCompleted)
            throw obstacle.ToException();
    }

    private sealed record Obstacle(Task Gone, Func<TestSetUpException> ToException);
}
