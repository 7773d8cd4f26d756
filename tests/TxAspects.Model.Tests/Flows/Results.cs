namespace TxAspects.Model.Tests.Flows;

/// <summary>What a caller can learn of a step, in words that both worlds use.</summary>
public static class Results
{
    public const string Doomed = "doomed";
    public const string Late = "late";
    public const string NoUnit = "no unit";
    public const string UnitOpen = "a unit is open";
    public const string TransactionOpen = "a transaction is open";
    /// <summary>Another flow is at work on the session.</summary>
    public const string InUse = "in use";

    public const string Conflict = "conflict";

    /// <summary>The server refused a command.</summary>
    public const string Refused = "refused";

    public static string Thrown(int step) => $"thrown by {step}";

    public static string Tolerated(int step) => $"thrown by {step}, tolerated by some";
}
