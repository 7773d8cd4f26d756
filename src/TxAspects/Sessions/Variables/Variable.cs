namespace TxAspects.Sessions.Variables;

/// <summary>A value that each transaction of a connect is given.</summary>
/// <param name="Name">Its name on the server.</param>
/// <param name="FindValue">Finds it in the flow that begins the transaction. Null is no value, and an error.</param>
internal sealed record Variable(string Name, Func<string?> FindValue);
