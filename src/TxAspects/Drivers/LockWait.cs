namespace TxAspects.Drivers;

/// <summary>A process of the server that waits for a lock which another one has, or will get before it.</summary>
/// <param name="Waiting">The number of the process that waits.</param>
/// <param name="Blocking">The number of the one it waits for; 0 for a prepared transaction.</param>
/// <param name="BlockerName">How the program calls itself that is behind the blocking one; null where nobody may know.</param>
/// <param name="BlockerState">What the blocking one does, in the server's words, such as 'idle in transaction'; null where nobody
/// knows.</param>
/// <param name="BlockerSince">For how long its transaction has been open; null where there is none.</param>
public sealed record LockWait(int Waiting, int Blocking, string? BlockerName, string? BlockerState, TimeSpan? BlockerSince);
