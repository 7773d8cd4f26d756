namespace SampleWeb.Runs;

/// <summary>What a span stands for.</summary>
public enum NodeKind
{
    /// <summary>The request itself.</summary>
    Request,

    /// <summary>A unit of work.</summary>
    Unit,

    /// <summary>A nested call.</summary>
    Nested,

    /// <summary>A session outside the unit, with its commands.</summary>
    Outside,

    /// <summary>The commits of a unit.</summary>
    Commit,

    /// <summary>A connection that was opened; else one came from the pool.</summary>
    Connect,

    /// <summary>A command sent to the database.</summary>
    Command,

    /// <summary>Somebody wanted to buy something.</summary>
    Order,

    /// <summary>Work in the background, from the moment it was asked for.</summary>
    Work,
}
