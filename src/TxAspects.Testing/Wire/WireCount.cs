namespace TxAspects.Testing;

/// <summary>What went over the wire.</summary>
/// <param name="RoundTrips">How often the client had to wait for the server.</param>
/// <param name="Statements">Statements sent, BEGIN and COMMIT among them.</param>
/// <param name="Connections">Connections opened.</param>
public sealed record WireCount(int RoundTrips, int Statements, int Connections);
