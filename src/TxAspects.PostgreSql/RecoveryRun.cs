using Npgsql;

namespace TxAspects.PostgreSql;

/// <summary>One run of a recovery, over one connection to each database.</summary>
/// <param name="gracePeriod">How long a transaction may have been prepared before it counts as left.</param>
/// <param name="keepDecisions">How old a decision must be before it is removed.</param>
/// <param name="ofEveryRole">Whether it also ends what other roles prepared.</param>
/// <param name="cancellationToken">Stops it.</param>
internal sealed class RecoveryRun(TimeSpan gracePeriod, TimeSpan keepDecisions, bool ofEveryRole, CancellationToken cancellationToken)
    : IAsyncDisposable
{
    private readonly List<Participant> _participants = [];
    private readonly List<string> _committed = [];
    private readonly List<string> _rolledBack = [];
    private readonly List<string> _inDoubt = [];
    private readonly List<KeyValuePair<string, Exception>> _failures = [];
    private readonly List<string> _ofOtherRoles = [];
    private bool _haveAllAnswered = true;
    private int _removed;

    /// <summary>Connects to a database and lists what is prepared there, before anything is decided.</summary>
    public async ValueTask OpenAsync(DbConnect connect)
    {
        var twoPhase = ((PostgresDriver)connect.Driver).TwoPhaseCommit!;
        NpgsqlConnection? connection = null;
        try
        {
            connection = (NpgsqlConnection)await connect.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            _participants.Add(await AskAsync(connect, twoPhase, connection).ConfigureAwait(false));
            connection = null;
        }
        catch (Exception exception) when (exception is not (TwoPhaseCommitException or OperationCanceledException))
        {
            _failures.Add(new(connect.Name, exception));
            _haveAllAnswered = false;
        }
        finally
        {
            if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask EndPreparedAsync()
    {
        foreach (var participant in _participants)
        {
            foreach (var transaction in participant.Prepared.Where(transaction => transaction.Age >= gracePeriod))
            {
                if (transaction.IsOwn || ofEveryRole)
                    await EndAsync(participant, transaction.Name).ConfigureAwait(false);
                else
                    _ofOtherRoles.Add(transaction.Name.ToString());
            }
        }
    }

    /// <summary>
    /// A decision is needed by those that follow it alone: they were prepared before it was written, so whoever is not in the lists has
    /// followed it.
    /// </summary>
    /// <remarks>Those that could not be ended, and those of other roles, are in the lists too.</remarks>
    public async ValueTask RemoveDecisionsAsync()
    {
        if (!_haveAllAnswered)
            return;

        Guid[] needed = [
            .. _participants.SelectMany(participant => participant.Prepared).Select(transaction => transaction.Name.Id).Distinct()];
        foreach (var participant in _participants)
            await TryAsync(participant, RemoveAsync).ConfigureAwait(false);

        async Task RemoveAsync(Participant participant)
        {
            var command = new NpgsqlCommand(
                $"DELETE FROM {participant.TwoPhase.Table} WHERE at < now() - $1 AND id <> ALL ($2)", participant.Connection);
            await using var _ = command.ConfigureAwait(false);
            command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = keepDecisions });
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = needed });
            _removed += await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public TwoPhaseRecoveryReport Report()
        => new()
        {
            Committed = _committed,
            RolledBack = _rolledBack,
            InDoubt = _inDoubt,
            OfOtherRoles = _ofOtherRoles,
            DecisionsRemoved = _removed,
            Failures = _failures,
        };

    public async ValueTask DisposeAsync()
    {
        foreach (var participant in _participants)
            await participant.Connection.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<Participant> AskAsync(DbConnect connect, PostgresTwoPhase twoPhase, NpgsqlConnection connection)
    {
        var question = new NpgsqlCommand(twoPhase.RecoveryQuestionTo(connect), connection);
        await using var _ = question.ConfigureAwait(false);
        string identity;
        var answer = await question.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            await answer.ReadAsync(cancellationToken).ConfigureAwait(false);
            identity = answer.GetString(0);

            // A standby lists nothing, whatever is prepared.
            if (answer.GetBoolean(1))
                throw new InvalidOperationException($"'{connect.Name}' leads to a standby, where nothing can be ended. Let its host be " +
                                                    "the primary.");
            if (twoPhase.FindObstacle(answer.GetInt32(2), answer.GetBoolean(3)) is { } obstacle)
                throw new TwoPhaseCommitException(connect.Name, obstacle);
        }

        // Only the role that prepared a transaction, or a superuser, may end it, and a superuser is not to end what somebody else has
        // given such a name.
        const string List =
            "SELECT gid, clock_timestamp() - prepared, owner = current_user FROM pg_prepared_xacts " +
            "WHERE database = current_database() AND starts_with(gid, $1)";
        var list = new NpgsqlCommand(List, connection);
        await using var __ = list.ConfigureAwait(false);
        list.Parameters.Add(new NpgsqlParameter<string> { TypedValue = PreparedName.Prefix });
        var prepared = new List<PreparedTransaction>();
        var rows = await list.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = rows.ConfigureAwait(false);
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (PreparedName.Parse(rows.GetString(0)) is { } name)
                prepared.Add(new PreparedTransaction(name, rows.GetTimeSpan(1), rows.GetBoolean(2)));
        }

        return new Participant(connect.Name, twoPhase, connection, identity, prepared);
    }

    private async ValueTask EndAsync(Participant participant, PreparedName name)
    {
        var isCommitted = await FindDecisionAsync(name).ConfigureAwait(false);
        if (isCommitted is null || !await TryAsync(participant, EndAsync).ConfigureAwait(false))
            _inDoubt.Add(name.ToString());

        async Task EndAsync(Participant participant)
        {
            var command = new NpgsqlCommand(
                $"{(isCommitted.Value ? "COMMIT" : "ROLLBACK")} PREPARED '{name}'", participant.Connection) { CommandTimeout = 0 };
            await using var _ = command.ConfigureAwait(false);
            try
            {
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                (isCommitted.Value ? _committed : _rolledBack).Add(name.ToString());
            }
            catch (PostgresException exception) when (PostgresTwoPhase.IsGoneOrBusy(exception))
            {
                // Another recovery, or the unit itself, was faster.
            }
        }
    }

    /// <summary>
    /// True where the unit is decided to commit, false where it is not and, from now on, never can be; null where nobody answers.
    /// </summary>
    private async ValueTask<bool?> FindDecisionAsync(PreparedName name)
    {
        bool? decision = null;
        if (_participants.Find(participant => participant.Identity == name.DecidedIn) is { } decider)
            await TryAsync(decider, AskAsync).ConfigureAwait(false);
        return decision;

        async Task AskAsync(Participant decider)
        {
            var markers = decider.TwoPhase.Markers;
            decision = await markers.AskAsync(decider.Connection, name.Id, markers.Timeout, async: true, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> TryAsync(Participant participant, Func<Participant, Task> step)
    {
        try
        {
            await step(participant).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            _failures.Add(new(participant.Name, exception));
            return false;
        }
    }

    private sealed record Participant(
        string Name, PostgresTwoPhase TwoPhase, NpgsqlConnection Connection, string Identity, List<PreparedTransaction> Prepared);

    private readonly record struct PreparedTransaction(PreparedName Name, TimeSpan Age, bool IsOwn);
}
