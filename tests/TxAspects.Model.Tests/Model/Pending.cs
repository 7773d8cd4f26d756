namespace TxAspects.Model.Tests.Model;

/// <summary>A row that was added, by whom, and whether the server will refuse it.</summary>
internal sealed record Pending(int Row, Node Adder, bool IsBad);
