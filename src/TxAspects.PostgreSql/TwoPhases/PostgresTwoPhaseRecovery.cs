using TxAspects.PostgreSql;

namespace TxAspects;

/// <summary>
/// Ends what units with <see cref="CommitMode.TwoPhase"/> left prepared because their process, a server or the network went down: as the
/// unit was decided.
/// </summary>
/// <remarks>
/// <para>Give it every connect that takes part in such units, and run it in at least one process, at its start and from time to time. Any
/// number of them may run at once. It ends what its connects' own roles prepared, so its connects must not go through PgBouncer to another
/// role.</para>
/// <para>Who may write to the table of decisions can decide for units of others, and who may log in as the role can do what the recovery
/// does. docs/security.md says who needs which rights.</para>
/// </remarks>
public sealed class PostgresTwoPhaseRecovery
{
    private readonly DbConnect[] _connects;

    /// <summary>A recovery for these databases.</summary>
    /// <exception cref="ArgumentException">There is none, one without <see cref="PostgresTwoPhase"/>, or two with the same
    /// name.</exception>
    public PostgresTwoPhaseRecovery(params IEnumerable<DbConnect> connects)
    {
        ArgumentNullException.ThrowIfNull(connects);
        _connects = [.. connects.Distinct()];
        if (_connects.Length == 0)
            throw new ArgumentException(
                "No connect is given. Give every one that takes part in units with CommitMode.TwoPhase.", nameof(connects));
        if (Array.Find(_connects, connect => connect.Driver is not PostgresDriver { TwoPhaseCommit: not null }) is { } other)
            throw new ArgumentException($"'{other.Name}' has no PostgresTwoPhase. Set the option TwoPhase of its connect, or leave the " +
                                        "connect out.", nameof(connects));
        if (_connects.GroupBy(connect => connect.Name).FirstOrDefault(group => group.Count() > 1) is { } same)
            throw new ArgumentException($"Two connects have the name '{same.Key}', by which decisions are found. Give each a name of its " +
                                        "own.", nameof(connects));
    }

    /// <summary>
    /// How long a transaction may have been prepared before it counts as left. Default: 30 seconds. A unit whose commit takes longer is
    /// rolled back, never half committed.
    /// </summary>
    public TimeSpan GracePeriod
    {
        get;
        init => field = value >= TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "GracePeriod must not be negative.");
    } = TimeSpan.FromSeconds(30);

    /// <summary>How long <see cref="RunAsync"/> waits between runs. Default: one minute.</summary>
    public TimeSpan Interval
    {
        get;
        init => field = value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Interval must be positive.");
    } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How old a decision must be before it is removed. Default: one day. None is removed while a database does not answer, and none that
    /// a prepared transaction still follows.
    /// </summary>
    public TimeSpan KeepDecisions
    {
        get;
        init => field = value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "KeepDecisions must be positive.");
    } = TimeSpan.FromDays(1);

    /// <summary>
    /// Whether it also ends what other roles prepared under a name like the library's, which needs a superuser. Default: false.
    /// </summary>
    /// <remarks>
    /// Any role that may log in can prepare a transaction under such a name. Set it only where all roles of these databases are yours.
    /// </remarks>
    public bool OfEveryRole { get; init; }

    /// <summary>Runs now and after every <see cref="Interval"/>, until it is cancelled.</summary>
    /// <param name="onRun">Gets the report of every run, to log it. Default: nobody does.</param>
    /// <param name="cancellationToken">Ends it, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="TwoPhaseCommitException">A server keeps no prepared transactions, or a database has no table for
    /// decisions.</exception>
    public async Task RunAsync(Action<TwoPhaseRecoveryReport>? onRun, CancellationToken cancellationToken)
    {
        while (true)
        {
            var report = await RecoverAsync(cancellationToken).ConfigureAwait(false);
            onRun?.Invoke(report);
            await Task.Delay(Interval, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends what is left prepared, once.</summary>
    /// <exception cref="TwoPhaseCommitException">A server keeps no prepared transactions, or a database has no table for
    /// decisions.</exception>
    public async Task<TwoPhaseRecoveryReport> RecoverAsync(CancellationToken cancellationToken = default)
    {
        var run = new RecoveryRun(GracePeriod, KeepDecisions, OfEveryRole, cancellationToken);
        await using var _ = run.ConfigureAwait(false);
        foreach (var connect in _connects)
            await run.OpenAsync(connect).ConfigureAwait(false);
        await run.EndPreparedAsync().ConfigureAwait(false);
        await run.RemoveDecisionsAsync().ConfigureAwait(false);
        return run.Report();
    }
}
