namespace TxAspects.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments(bool Quick, bool WriteDocs, bool Dashboard = false, bool OneTrip = false)
{
    public const string Usage = """
        Usage: eng/bench [--quick | --write-docs | --dashboard | --one-trip]
          (nothing)     measures everything, in about eight minutes
          --quick       the figures that have a limit, in less than a minute
          --write-docs  measures everything, and draws docs/performance.md and docs/performance.svg anew
          --dashboard   what the page of TxAspects.Dashboard costs the units that it shows, and nothing else; two minutes
          --one-trip    units that take one round trip, and nothing else; two minutes
        """;

    /// <summary>Null where the arguments make no sense.</summary>
    public static Arguments? Parse(string[] arguments) => arguments switch
    {
        [] => new Arguments(Quick: false, WriteDocs: false),
        ["--quick"] => new Arguments(Quick: true, WriteDocs: false),
        ["--write-docs"] => new Arguments(Quick: false, WriteDocs: true),
        ["--one-trip"] => new Arguments(Quick: false, WriteDocs: false, OneTrip: true),
        ["--dashboard"] => new Arguments(Quick: false, WriteDocs: false, Dashboard: true),
        _ => null,
    };
}
