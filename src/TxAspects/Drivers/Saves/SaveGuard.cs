namespace TxAspects.Drivers;

/// <summary>A guarded statement of a save.</summary>
/// <param name="Batch">The batch in which it is sent, counted from 1.</param>
/// <param name="Number">Which of the guarded statements of its batch it is, counted from 1.</param>
/// <param name="GivesRow">Whether it gives a row of its own; EF Core then takes the first one and counts none.</param>
public readonly record struct SaveGuard(int Batch, int Number, bool GivesRow);
