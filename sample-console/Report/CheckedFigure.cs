namespace SampleConsole.Report;

/// <summary>A figure as the program has it and as the database has it.</summary>
internal sealed record CheckedFigure(string Name, decimal Program, decimal Database)
{
    public bool Agrees => Program == Database;
}
