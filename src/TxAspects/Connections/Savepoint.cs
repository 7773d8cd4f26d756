namespace TxAspects.Connections;

/// <summary>A place in a session's work to go back to. Without a name it is the beginning of the transaction.</summary>
/// <param name="Name">The name in the database.</param>
/// <param name="Generation">The transaction it was made in; with another one open, that one lies wholly behind it.</param>
/// <param name="Saves">Which savepoints of saves there were.</param>
internal readonly record struct Savepoint(string? Name, int Generation, SaveSavepoints Saves = default);
