using TxAspects.Observing;
using TxAspects.Sessions.Transactions;

namespace TxAspects.Units;

/// <summary>What dooms a unit, and what it may still do.</summary>
internal static class UnitDooms
{
    extension(UnitOfWork unit)
    {
        public bool IsRollbackOnly => unit.Verdict?.Request is not null;

        /// <summary>
        /// From now on the unit can only roll back, or the nested call that runs here can only be undone. The first doom is kept.
        /// </summary>
        public Doom SetDoom(Doom doom) => unit.SetDoom(doom, unit.MarkHere);

        /// <summary>The same for the nested call of a mark; with a connect until its session is rolled back.</summary>
        public Doom SetDoom(Doom doom, Mark? mark, DbConnect? connect = null)
        {
            if (!unit.GetVerdict().TryAdd(mark, doom, connect))
                return doom;

            unit.Log.Doomed(unit.Name, doom.Reason, doom.Cause);
            unit.Observation?.Note(UnitStepKind.Doomed, doom.Reason);
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

            enlisted.Doom = unit.SetDoom(doom, unit.MarkHere, connect);
        }

        public void SetRollbackOnly(string reason) => unit.SetRollbackOnly(reason, unit.MarkHere);

        /// <summary>The same in the call of a mark.</summary>
        public void SetRollbackOnly(string reason, Mark? mark)
        {
            unit.ThrowIfEnded(connectName: null);
            unit.GetVerdict().Ask(mark, Doom.ByRequest(unit.Name, reason));
            unit.Observation?.Note(UnitStepKind.RollbackRequest, reason);
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
