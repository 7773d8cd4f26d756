using TxAspects.Observing;

namespace TxAspects.Units;

/// <summary>What dooms a unit, and what it may still do.</summary>
internal static class UnitDooms
{
    extension(UnitOfWork unit)
    {
        public bool IsRollbackOnly => unit.Verdict?.Request is not null;

        /// <summary>From now on the unit can only roll back, or the nested call that runs here can only be undone. The first doom is kept.</summary>
        public Doom SetDoom(Doom doom)
        {
            if (unit.GetVerdict().TryAdd(unit.MarkHere, doom))
                unit.Log.Doomed(unit.Name, doom.Reason, doom.Cause);
            return doom;
        }

        /// <summary>From now on the unit can only roll back, until the session of this connect is rolled back.</summary>
        public void SetDoom(DbConnect connect, Doom doom)
        {
            if (unit.AllSessions(connect) is not [var enlisted])
            {
                unit.SetDoom(doom);
                return;
            }

            enlisted.Doom = doom;
            unit.Log.Doomed(unit.Name, doom.Reason, doom.Cause);
        }

        public void SetRollbackOnly(string reason)
        {
            unit.ThrowIfEnded(connectName: null);
            unit.GetVerdict().Ask(unit.MarkHere, Doom.ByRequest(unit.Name, reason));
        }

        /// <summary>A request made in a joined call dooms: the caller, who did not ask for it, must learn that nothing was kept.</summary>
        public void DoomByRequestOf(string methodName)
        {
            if (unit.Verdict is not { Request: { } request } verdict)
                return;

            // From here on it is a doom like any other, so that undoing the work clears it.
            unit.SetDoom(Doom.ByInnerRequest(methodName, request.Request!));
            verdict.ClearRequest();
        }

        /// <summary>What forbids a commit that was not asked for by <c>Tx.SetRollbackOnly</c>.</summary>
        public Doom? FindDoom() => unit.Verdict?.Doom ?? unit.Sessions?.FindDoom();

        /// <summary>What forbids a commit.</summary>
        public Doom? FindReason() => unit.FindDoom() ?? unit.Verdict?.Request;

        public void ThrowIfDoomed()
        {
            if (unit.FindReason() is { } doom)
                throw doom.ToException(unit.Name);
        }

        /// <summary>False where a rollback was asked for; throws where the unit is doomed and its caller does not know.</summary>
        public bool CanCommit()
        {
            if (unit.IsRollbackOnly)
                return false;

            return unit.FindDoom() is { } doom ? throw doom.ToException(unit.Name) : true;
        }
    }
}
