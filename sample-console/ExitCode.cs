namespace SampleConsole;

/// <summary>What the program returns.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The program's figures and the database disagree.</summary>
    public const int Disagreement = 1;

    /// <summary>Wrong options, a file that cannot be read or has no order, a database that cannot be used.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
