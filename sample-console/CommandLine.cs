using System.Globalization;
using SampleConsole.Database;

namespace SampleConsole;

/// <summary>What the user asked for.</summary>
internal sealed record CommandLine
{
    public const string Usage =
        """
        Usage: sample-console [file] [--connection <connection string>] [--parallel <n>]

          file          The orders to import. Default: the file that comes with the program.
                        A larger one: dotnet run sample-console/Data/generate.cs -- 50000 > orders.csv
          --connection  The PostgreSQL database to import into; its tables are made when missing.
                        Default: a temporary database, on the server named by the environment variable
                        TXASPECTS_POSTGRES where that is set, else on a server started for the purpose.
          --parallel    How many orders are imported at the same time, 1 to 32. Default: 4.

        Exit codes: 0 done, 1 the check found a disagreement, 2 bad input, no order or no database, 130 interrupted.
        """;

    // Each may take two connections, and a server allows 100 by default.
    private const int MaxParallel = 32;

    public string File { get; private init; } = Path.Combine(AppContext.BaseDirectory, "Data", "orders.csv");

    public string? Connection { get; private init; }

    public int Parallel { get; private init; } = 4;

    public bool Help { get; private init; }

    /// <exception cref="BadInputException">An option is unknown or has no usable value.</exception>
    public static CommandLine Parse(string[] args)
    {
        var parsed = new CommandLine();
        var fileGiven = false;
        for (var i = 0; i < args.Length; i++)
        {
            var (option, value) = Split(args[i]);
            switch (option)
            {
                case "--help" or "-h":
                    return parsed with { Help = true };
                case "--connection":
                    parsed = parsed with { Connection = ConnectionStrings.Checked(value ?? Next(args, ref i), option) };
                    break;
                case "--parallel":
                    parsed = parsed with { Parallel = ParseParallel(value ?? Next(args, ref i)) };
                    break;
                case ['-', ..]:
                    throw new BadInputException($"There is no option '{option}'.");
                default:
                    if (fileGiven)
                        throw new BadInputException("Only one file can be imported at a time. Put quotes around a value with spaces.");
                    parsed = parsed with { File = args[i] };
                    fileGiven = true;
                    break;
            }
        }

        return parsed;
    }

    private static (string Option, string? Value) Split(string argument)
        => argument.StartsWith('-') && argument.IndexOf('=') is > 0 and var equals
            ? (argument[..equals], argument[(equals + 1)..])
            : (argument, null);

    private static string Next(string[] args, ref int i)
        => i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal)
            ? args[++i]
            : throw new BadInputException($"The option '{args[i]}' needs a value.");

    private static int ParseParallel(string value)
        => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var parallel) && parallel is >= 1 and <= MaxParallel
            ? parallel
            : throw new BadInputException($"The value of --parallel must be a whole number from 1 to {MaxParallel}, not '{value}'.");
}
