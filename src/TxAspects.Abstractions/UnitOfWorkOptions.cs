using System.Data;

namespace TxAspects;

/// <summary>
/// The settings of one unit of work: what <see cref="UnitOfWorkAttribute"/> declares, for <c>Tx.RunAsync</c> and <c>Tx.Open</c>.
/// </summary>
public sealed record UnitOfWorkOptions
{
    internal static readonly UnitOfWorkOptions Default = new();

    private IReadOnlyList<ResultRule> _resultRules = [];

    /// <summary>The name in messages. Default: the method that opened the unit.</summary>
    public string? Name { get; init; }

    /// <inheritdoc cref="UnitOfWorkAttribute.Propagation"/>
    public Propagation Propagation { get; init; } = Propagation.Required;

    /// <inheritdoc cref="UnitOfWorkAttribute.IsolationLevel"/>
    public IsolationLevel IsolationLevel { get; init; } = IsolationLevel.Unspecified;

    /// <inheritdoc cref="UnitOfWorkAttribute.ReadOnly"/>
    public bool ReadOnly { get; init; }

    /// <summary>
    /// Whether calls that join a unit with <see cref="ReadOnly"/> without declaring it themselves are read-only too, instead of being
    /// refused with <see cref="UnitOfWorkJoinException"/>. Default: false. The web middleware sets it for read-only requests.
    /// </summary>
    public bool InheritReadOnly { get; init; }

    /// <summary>
    /// The <see cref="ITxUnit.Position"/> of an earlier unit whose writes this one must see, where it is read-only and a standby answers.
    /// It holds for units inside it too. Default: none.
    /// </summary>
    /// <remarks>It may come from outside, such as from a cookie: what cannot be read is ignored.</remarks>
    public string? ReadAfter { get; init; }

    /// <inheritdoc cref="UnitOfWorkAttribute.TimeoutSeconds"/>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or no time that can be counted.</exception>
    public double TimeoutSeconds
    {
        get => Timeout?.TotalSeconds ?? 0;
        init => Timeout = IsTimeout(value)
            ? value == 0 ? null : TimeSpan.FromTicks(Math.Max(1, (long)Math.Round(value * TimeSpan.TicksPerSecond)))
            : throw new ArgumentOutOfRangeException(nameof(value), value, "TimeoutSeconds must be 0, for no limit, or positive.");
    }

    /// <inheritdoc cref="UnitOfWorkAttribute.MaxRetries"/>
    public int MaxRetries
    {
        get;
        init => field = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "MaxRetries must not be negative.");
    }

    /// <inheritdoc cref="UnitOfWorkAttribute.RetryOnConcurrencyFailure"/>
    public bool RetryOnConcurrencyFailure { get; init; }

    /// <inheritdoc cref="UnitOfWorkAttribute.AllowEarlyCompletion"/>
    public bool AllowEarlyCompletion { get; init; } = true;

    /// <summary>
    /// Whether a unit that <c>Tx.Open</c> opens takes over the settings of the first call that joins it, as long as it has sent nothing. It
    /// keeps its name, and stays read-only where it is. Default: false; true where <c>Tx.Open</c> is given no options.
    /// </summary>
    public bool AdoptSettings { get; init; }

    /// <inheritdoc cref="UnitOfWorkAttribute.CommitMode"/>
    public CommitMode CommitMode { get; init; } = CommitMode.InOrder;

    /// <inheritdoc cref="UnitOfWorkAttribute.CommitOn"/>
    public IReadOnlyList<Type> CommitOn { get; init; } = [];

    /// <inheritdoc cref="UnitOfWorkAttribute.RollbackOn"/>
    public IReadOnlyList<Type> RollbackOn { get; init; } = [];

    /// <summary>The same as a time; null for no limit.</summary>
    internal TimeSpan? Timeout { get; private init; }

    internal IReadOnlyList<ResultRule> ResultRules => _resultRules;

    /// <summary>
    /// Rolls back when the unit returns a <typeparamref name="TResult"/> for which the rule holds; the value reaches the caller unchanged.
    /// </summary>
    /// <remarks>
    /// The type may be a class, a base class or an interface; the nearest to the value's own type wins. Asked before the rules of the
    /// process or container.
    /// </remarks>
    /// <exception cref="ArgumentNullException">The rule is null.</exception>
    public UnitOfWorkOptions RollbackWhen<TResult>(Func<TResult, bool> isFailure)
    {
        _resultRules = [.. _resultRules, ResultRule.Create(isFailure)];
        return this;
    }

    /// <summary>The same for a type known at run time only, such as the open generic <c>typeof(Result&lt;&gt;)</c>.</summary>
    /// <exception cref="ArgumentNullException">The type or the rule is null.</exception>
    public UnitOfWorkOptions RollbackWhen(Type resultType, Func<object, bool> isFailure)
    {
        _resultRules = [.. _resultRules, ResultRule.Create(resultType, isFailure)];
        return this;
    }

    internal static bool IsTimeout(double seconds) => seconds >= 0 && seconds <= TimeSpan.MaxValue.TotalSeconds;
}
