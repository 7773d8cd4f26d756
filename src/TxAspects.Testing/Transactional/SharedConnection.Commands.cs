using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Testing.Transactional;

/// <content>One command at a time, whoever sends it.</content>
internal sealed partial class SharedConnection
{
    private readonly Dictionary<DbContext, object> _first = [];    // of sessions whose part has not begun; protected by _gate, like the field below
    private (DbContext? Context, object Command, TaskCompletionSource Ended)? _running;    // a command, a savepoint of a context, or a batch of ours

    public NpgsqlCommand CreateCommand() => new() { Connection = connection };

    /// <summary>Waits until a command, or what a savepoint takes, may be sent: for the units inside its part, and for the command that is running.</summary>
    public async ValueTask CommandAsync(DbContext context, object command, bool changes, bool async, CancellationToken cancellationToken)
    {
        ThrowIfBroken();
        while (TryStart(context, command, changes) is { } obstacle)
            await WaitAsync(obstacle, async, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The command has ended, its rows are read or given up.</summary>
    public void CommandEnded(object command)
    {
        lock (_gate)
        {
            // One that never began leaves nothing to wait for either.
            foreach (var context in _first.Where(first => first.Value == command).Select(first => first.Key).ToArray())
                _first.Remove(context);

            if (_running is not { } running || running.Command != command)
                return;

            _running = null;
            running.Ended.SetResult();
        }
    }

    private Obstacle? TryStart(DbContext context, object command, bool changes)
    {
        lock (_gate)
        {
            if (FindInner(context, changes) is { } inner)
                return inner;

            if (Find(context) is null && !_own.Contains(context))
            {
                // The library begins its part now, and that waits.
                _first[context] = command;
                return null;
            }

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

    private void BeginFirst(DbContext context)
    {
        lock (_gate)
        {
            if (_first.Remove(context, out var command))
                Start(context, command);
        }
    }

    // A second command on a session that has one is refused by the library or the driver, as in production.
    private void Start(DbContext? context, object command)
        => _running ??= (context, command, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private Obstacle? FindRunning(string name, DbContext? context)
    {
        lock (_gate)
        {
            return _running is { } running && (context is null || running.Context != context)
                ? new Obstacle(running.Ended.Task, () => TestSetUpException.Busy(name, connectName, cause: null))
                : null;
        }
    }
}
