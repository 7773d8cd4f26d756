namespace TxAspects.Model.Tests.Model;

/// <summary>A value that was written into a row, and the node that it belongs to.</summary>
internal sealed record Write(int Row, int Value, Node Writer);
