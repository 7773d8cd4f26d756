namespace TxAspects;

/// <summary>What the page of <c>MapTxAspects</c> keeps and shows.</summary>
public sealed class TxAspectsDashboardOptions
{
    /// <summary>
    /// The authorization policy that a request to the page has to meet. Default: none, which is refused outside the environment
    /// 'Development'.
    /// </summary>
    public string? AuthorizationPolicy { get; set; }

    /// <summary>How many units are kept after their end; the oldest goes first. Default: 500.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 1 to 100,000.</exception>
    public int KeptUnits
    {
        get;
        set => field = InRange(value, 1, 100_000, nameof(KeptUnits));
    } = 500;

    /// <summary>
    /// How many steps of each unit are kept: its first and its last, and of those between them the number. Default: 200.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 10 to 10,000.</exception>
    public int StepsPerUnit
    {
        get;
        set => field = InRange(value, 10, 10_000, nameof(StepsPerUnit));
    } = 200;

    /// <summary>
    /// How many characters are kept of each text, such as a reason, a stack or an SQL text. Default: 4,000.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 100 to 100,000.</exception>
    public int TextLength
    {
        get;
        set => field = InRange(value, 100, 100_000, nameof(TextLength));
    } = 4_000;

    /// <summary>
    /// Whether the SQL texts of commands are kept and shown. Default: false, because a text may hold values; then a command is shown by
    /// where it comes from and its first word.
    /// </summary>
    public bool ShowSql { get; set; }

    /// <summary>Whether the values of parameters are kept and shown. Default: false.</summary>
    public bool ShowParameterValues { get; set; }

    /// <summary>
    /// Whether the messages of exceptions are kept and shown. Default: false, because what a database or your code says may quote values;
    /// then an exception is shown by its type, its SQLSTATE and its stack. The library's own messages are always shown.
    /// </summary>
    public bool ShowExceptionMessages { get; set; }

    /// <summary>For how long the page waits for a database that it asks who waits for whom. Default: 2 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or more than a minute.</exception>
    public TimeSpan LookTimeout
    {
        get;
        set => field = value > TimeSpan.Zero && value <= TimeSpan.FromMinutes(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "LookTimeout must be positive, and at most a minute.");
    } = TimeSpan.FromSeconds(2);

    private static int InRange(int value, int least, int most, string name)
        => value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"{name} must be from {least} to {most}.");
}
