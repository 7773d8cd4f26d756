using System.Data;
using Microsoft.Extensions.Logging;
using TxAspects.Drivers;
using TxAspects.Observing;
using TxAspects.Sessions;
using TxAspects.Sessions.Transactions;
using TxAspects.Units.Ambient;
using TxAspects.Units.Commits;

namespace TxAspects.Units.Sessions;

/// <summary>Owns a session that is in no unit: nothing happens to it automatically.</summary>
internal sealed class StandaloneOwner(ILogger log, UnitOfWorkOptions? options = null, Deadline? deadline = null) : ISessionOwner
{
    private bool _isCommitting;    // its saves before COMMIT run, whose handlers may ask for another one
    private readonly UnitOfWork? _madeIn = AmbientUnit.Node?.Unit;

    public string Name => options?.Name ?? "outside any unit";

    public IsolationLevel IsolationLevel => options?.IsolationLevel ?? IsolationLevel.Unspecified;

    public bool ReadOnly => options?.ReadOnly is true;

    public bool IsUnit => false;

    public Deadline? Deadline => deadline;

    public Deadline? WholeDeadline => deadline;

    public string? ReadAfter => options?.ReadAfter;

    public ILogger Log => log;

    public Observation? Observation => null;

    public int? MaxSaveSavepoints => null;

    public Mark? Here => null;

    public IReadOnlyList<Mark> OpenMarks => [];

    /// <summary>Makes a session for an owner, with no unit around what the connect runs for it.</summary>
    public static async ValueTask<Session> OpenAsync(
        DbConnect connect, StandaloneOwner owner, bool async, CancellationToken cancellationToken)
    {
        using var hidden = AmbientUnit.Enter(null);
        return await connect.OpenSessionAsync(owner, isOfUnit: false, async, cancellationToken).ConfigureAwait(false);
    }

    public void MarkDurable(bool isInDoubt) => AmbientUnit.Open?.MarkDurable();

    public void NotePosition(string connectName, string position, DbCluster cluster)
        => AmbientUnit.Open?.NotePosition(connectName, position, cluster);

    // A task that outlived its unit may make sessions of its own, but not use somebody else's by a context it still holds.
    public void CheckUse(Session session) => AmbientUnit.ThrowIfGivenUp(session, except: _madeIn);

    public string? FindHolder(Session session) => UnitSessions.FindHolder(session, from: _madeIn);

    public string? FindCommitObstacle(Session session, bool endsUnit) => "the session belongs to no unit";

    public string? FindLocker(Session session) => UnitSessions.FindLocker(session, from: _madeIn);

    public async ValueTask CommitAsync(Session session, string operation, bool async, CancellationToken cancellationToken)
    {
        ThrowIfFailed(session);
        Stopping.Refuse(session, operation);
        if (_isCommitting)
            throw SessionInUseException.Inside(Name, session.ConnectName, operation);

        _isCommitting = true;
        try
        {
            await RoundsOfEnd.FlushAloneAsync(session, async, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (CommitFailure.DescribeFlush(exception, session) is { } failure)
        {
            throw failure;
        }
        finally
        {
            _isCommitting = false;
        }

        ThrowIfFailed(session);
        deadline?.ThrowIfPassed();
        if (!session.Admission.TryClose())
            throw SessionInUseException.AtCommit(Name, session.ConnectName);
        try
        {
            await session.Gate.CommitAsync(async).ConfigureAwait(false);
        }
        catch (Exception exception) when (CommitFailure.Describe(exception, session) is { } failure)
        {
            throw failure;
        }
        finally
        {
            session.Admission.Leave();
            session.Admission.Open();
        }
    }

    public async ValueTask RollbackAsync(Session session, string operation, bool async)
    {
        Stopping.Refuse(session, operation);
        await Stopping.RollBackAsync(session, async).ConfigureAwait(false);
    }

    private static void ThrowIfFailed(Session session)
    {
        if (Doom.Of(session) is { } doom)
            throw doom.ToException(session.Owner.Name);
    }
}
