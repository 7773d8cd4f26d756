using TxAspects.Sessions.EntityFramework;

namespace TxAspects.Sessions.Transactions.Ends;

/// <summary>
/// Transactions that went with their connection before anything was carried out in them. Nothing is lost with such a one, so the next goes
/// on for it and nobody is told.
/// </summary>
/// <remarks>
/// Whoever holds its object, and rolls it back or disposes it without a commit, wants undone what was done since he got it: that is in the
/// next one.
/// </remarks>
internal sealed class Succession(TransactionGate gate)
{
    private SessionTransaction[] _givenUp = [];

    /// <summary>Whether the open transaction goes on for this one.</summary>
    public bool GoesOnFor(SessionTransaction transaction) => gate.IsOpen && Array.IndexOf(_givenUp, transaction) >= 0;

    /// <summary>EF Core gives up a transaction that went with its connection.</summary>
    public async ValueTask GiveUpAsync(SessionTransaction transaction, bool async)
    {
        SessionTransaction[] givenUp = [];
        if (gate.Commands.AreNone && gate.State is not UnitOfWorkState.OutcomeUnknown)
        {
            givenUp = [.. _givenUp, transaction];
            gate.LostGeneration = null;
        }

        await transaction.RollBackAsync(async).ConfigureAwait(false);
        _givenUp = givenUp;
    }

    /// <summary>The open transaction is over, or a rollback was asked for where none is open.</summary>
    public void Forget() => _givenUp = [];
}
