using System.Globalization;

namespace SampleWeb;

/// <summary>What the user asked for.</summary>
internal sealed record CommandLine
{
    public const string Usage =
        """
        Usage: sample-web [--port <n>] [--pool <n>]

          --port  Where the page is, on this machine only. Default: 5080. 0 takes any that is free.
          --pool  The most connections to the database. Default: 16.

        The database is a temporary one, on the server named by the environment variable TXASPECTS_POSTGRES where
        that is set, else on a server started for the purpose. Ctrl-C ends the program and removes both.

        Exit codes: 0 done, 2 bad input, port taken or no database.
        """;

    public int Port { get; private init; } = WebShopOptions.DefaultPort;

    public int Pool { get; private init; } = WebShopOptions.DefaultPool;

    public bool Help { get; private init; }

    /// <exception cref="BadInputException">An option is unknown or has no usable value.</exception>
    public static CommandLine Parse(string[] args)
    {
        var parsed = new CommandLine();
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--help" or "-h":
                    return parsed with { Help = true };
                case "--port":
                    parsed = parsed with { Port = Number(args, ref i, 0, 65535) };
                    break;
                case "--pool":
                    parsed = parsed with { Pool = Number(args, ref i, 1, 90) };
                    break;
                default:
                    throw new BadInputException($"There is no option '{args[i]}'.");
            }
        }

        return parsed;
    }

    private static int Number(string[] args, ref int i, int least, int most)
        => ++i < args.Length && int.TryParse(args[i], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least &&
           number <= most
            ? number
            : throw new BadInputException($"The option '{args[i - 1]}' needs a whole number from {least} to {most}.");
}
