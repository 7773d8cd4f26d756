using TxAspects.Observing;

namespace TxAspects.Sessions.Transactions.Ends;

/// <summary>Finds a transaction that somebody has ended past all that we see, such as by SQL on its connection.</summary>
/// <remarks>It can only be rolled back then, and nobody knows what became of its work.</remarks>
internal sealed class EndByOthers(Session session, TransactionGate gate)
{
    private bool _isFound;

    /// <summary>Whether somebody has.</summary>
    public bool IsThere
    {
        get
        {
            if (gate.Current is not { IsEnding: false })
                return false;

            // One that went with its connection was ended by nobody, and EF Core goes on over another connection.
            if (!_isFound && !WasEnded)
                return false;

            Note(failure: null);
            _isFound = true;
            gate.Lost();
            return true;
        }
    }

    private bool WasEnded
        => !gate.HasLost && gate.Current is { } transaction && session.Engine.Driver.IsOver(transaction.Database);

    /// <summary>Throws where somebody has: the next command would be committed by itself.</summary>
    /// <exception cref="SessionException">Somebody has.</exception>
    public void ThrowIfThere()
    {
        if (IsThere)
            throw SessionException.EndedByOthers(session.Owner.Name, session.ConnectName);
    }

    /// <summary>Throws where EF Core would put the next command into a transaction that is over.</summary>
    /// <remarks>
    /// One that went with its connection is given up here, and told once where anything went with it; from then on EF Core goes on over
    /// another connection. It gives such a transaction up itself when it opens the next connection, but makes some commands before.
    /// </remarks>
    /// <exception cref="SessionException">It went with its connection, or somebody has ended it.</exception>
    public void ThrowIfOver()
    {
        ThrowIfThere();
        if (gate is not { HasLost: true, Current: { IsEnding: false } lost } || !session.Engine.Driver.IsOver(lost.Database))
            return;

        lost.Dispose();
        if (gate.HasLost)
            throw SessionException.Lost(session.Owner.Name, session.ConnectName);
    }

    /// <summary>
    /// Where somebody else ended the transaction, nobody knows how; where its beginning was cut off, nobody knows whether its first command
    /// was kept.
    /// </summary>
    /// <param name="failure">What made the work fail, where that is known.</param>
    public void Note(Exception? failure)
    {
        var wasCutOff = gate.Commands.MayHaveRunAlone(failure);
        if ((!wasCutOff && !WasEnded) || gate.Commands.Writes.AreNone || gate.State is UnitOfWorkState.OutcomeUnknown)
            return;

        gate.LostInDoubt();
        session.Owner.Log.EndedByOthers(session.ConnectName, session.Owner.Name);
    }

    /// <summary>The transaction is over.</summary>
    public void Forget() => _isFound = false;
}
