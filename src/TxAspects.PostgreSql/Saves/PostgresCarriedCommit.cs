using System.Data;
using System.Data.Common;
using Npgsql;
using NpgsqlTypes;
using TxAspects.Drivers;

namespace TxAspects.PostgreSql.Saves;

/// <summary>
/// What is sent behind a save: the check of its guards, which a marker contains where one is written, and COMMIT where a transaction is
/// open.
/// </summary>
/// <remarks>
/// Without a transaction the server runs all that comes before the same Sync message as one, and commits it when it reads that. Npgsql
/// throws what the server refuses only after the server's last word, so on a connection that lives a failure is the server's answer.
/// </remarks>
internal sealed class PostgresCarriedCommit : CarriedCommit
{
    private const string MarkerParameter = "txaspects_commit";

    private readonly NpgsqlCommand _command;
    private readonly NpgsqlConnection _connection;    // the command may be used again for another one
    private readonly CarriedCommitRequest _request;
    private readonly PostgresCommitMarkers? _markers;
    private readonly Guid _marker;
    private readonly NoticeEventHandler _hear;
    private bool _wasCutShort;

    public PostgresCarriedCommit(NpgsqlCommand command, CarriedCommitRequest request, PostgresCommitMarkers? markers)
    {
        (_command, _connection, _request, _markers) = (command, command.Connection!, request, markers);
        if (markers is not null)
        {
            _marker = Guid.CreateVersion7();
            command.Parameters.Add(new NpgsqlParameter<Guid>(MarkerParameter, NpgsqlDbType.Uuid) { TypedValue = _marker });
        }

        command.CommandText += (request, markers) switch
        {
            ({ LastGuard: { } guard }, null) => $"{PostgresCommitWithSave.Check(guard)};\n",
            ({ LastGuard: { } guard }, _) => $"{markers.Sql($"@{MarkerParameter}", $"{PostgresCommitWithSave.Condition(guard)} = 1")};\n",
            (_, not null) => $"{markers.Sql($"@{MarkerParameter}", "true")};\n",
            _ => "",
        };
        if (request.HasTransaction)
            command.CommandText += request.IsLimited ? "SET LOCAL statement_timeout = 0;\nCOMMIT" : "COMMIT";
        _hear = Hear;
        _connection.Notice += _hear;
    }

    // Npgsql would rather have it read from a batch, and EF Core has none. The type comes with the answer that a statement is complete.
#pragma warning disable CS0618
    protected override bool IsSaved
        => _command.Statements.Count >= _request.Statements && HasRun(_command.Statements[_request.Statements - 1]);

    private bool IsCommitted => !_request.HasTransaction || HasRun(_command.Statements[^1]);
#pragma warning restore CS0618

    protected override async ValueTask<CommitAnswer> ReadAsync(DbDataReader reader, bool async)
    {
        while (async ? await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false) : reader.NextResult())
        {
        }

        return !IsCommitted ? throw new InvalidOperationException("The server did not carry out the COMMIT behind a save.")
            : _wasCutShort ? new CommitAnswer { State = CommitState.CutShort }
            : CommitAnswer.Committed;
    }

    protected override async ValueTask<CommitAnswer?> FindAsync(Exception failure, bool async)
    {
        if (_connection.State is ConnectionState.Open)
            return null;
        if (_wasCutShort)
            return new CommitAnswer { State = CommitState.CutShort, Failure = failure };

        // A pooler between here and the server answers with class 08 when it lost the server, whatever that did meanwhile.
        if (Answer(failure) is { SqlState: var state } && !state.StartsWith("08", StringComparison.Ordinal) && !IsSaved)
            return null;
        if (_markers is null)
            return CommitAnswer.Unknown(failure);

        try
        {
            return await _markers.FindAsync(_request.Engine, _marker, async).ConfigureAwait(false) switch
            {
                null => CommitAnswer.Unknown(failure),
                false => null,
                true => CommitAnswer.Committed with { Failure = failure },
            };
        }
        catch (Exception exception)
        {
            return CommitAnswer.Unknown(failure, exception);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _connection.Notice -= _hear;
        base.Dispose(disposing);
    }

    private static PostgresException? Answer(Exception? failure)
        => failure is null or PostgresException ? (PostgresException?)failure : Answer(failure.InnerException);

    private static bool HasRun(NpgsqlBatchCommand statement)
        => statement.StatementType is not (Npgsql.StatementType.Unknown or Npgsql.StatementType.Select);

    private void Hear(object sender, NpgsqlNoticeEventArgs notice) => _wasCutShort |= CommitWatch.IsCutShort(notice.Notice);
}
