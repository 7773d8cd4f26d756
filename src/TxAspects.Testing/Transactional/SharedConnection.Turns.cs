using Microsoft.EntityFrameworkCore;

namespace TxAspects.Testing.Transactional;

/// <content>Who is inside whom, and who waits for whom.</content>
internal sealed partial class SharedConnection
{
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

    /// <summary>Finds a unit inside the part of a context, for which its commands wait, and remembers whose work a command that changes something mixes with.</summary>
    private Obstacle? FindInner(DbContext context, bool changes)
    {
        lock (_gate)
        {
            if (Find(context) is not { } part || Above(part) is not [_, ..] above)
                return null;

            // A unit inside runs beside this command, and ends by itself. A session in hand may be in the same hands.
            if (Array.Find(above, inner => inner.IsOfUnit) is { } unit)
                return NoTurn(part, unit);

            if (changes)
                Array.ForEach(above, inner => inner.Visitor = part.Name);
            return null;
        }
    }

    private Part? Find(DbContext context)
    {
        lock (_gate)
            return _parts.Find(part => part.Context == context);
    }

    /// <summary>The parts inside this one, the latest last.</summary>
    private Part[] Above(Part part)
    {
        lock (_gate)
            return [.. _parts.Skip(_parts.IndexOf(part) + 1)];
    }

    private void Remove(Part part)
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
