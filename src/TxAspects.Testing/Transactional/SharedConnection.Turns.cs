using Microsoft.EntityFrameworkCore;

namespace TxAspects.Testing.Transactional;

/// <content>Who is inside whom, and who waits for whom.</content>
internal sealed partial class SharedConnection
{
    private Part? Push(Part part)
    {
        lock (_gate)
        {
            if (_parts is [.., var last] && !part.IsInside(last))
                return last;

            _parts.Add(part);
            return null;
        }
    }

    private (Part Part, Part Blocker)? FindBlocker(DbContext context)
    {
        lock (_gate)
        {
            if (Find(context) is not { } part || Above(part) is not [_, ..] above)
                return null;

            // A unit inside runs beside this command, and ends by itself. A session in hand may be in the same hands.
            if (Array.Find(above, inner => inner.IsOfUnit) is { } unit)
                return (part, unit);

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
            _parts.Remove(part);
        part.End();
    }

    private async ValueTask WaitAsync(Part part, Part blocker, bool async, CancellationToken cancellationToken)
    {
        try
        {
            if (async)
                await blocker.Ended.WaitAsync(timeForTurn, cancellationToken).ConfigureAwait(false);
            else if (!blocker.Ended.Wait(timeForTurn, cancellationToken))
                throw new TimeoutException();
        }
        catch (TimeoutException)
        {
            throw TestSetUpException.NoTurn(part.Name, blocker.Name, connectName, timeForTurn);
        }
    }
}
