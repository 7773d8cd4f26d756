namespace TxAspects.Model.Tests.Model;

/// <summary>Where a step runs.</summary>
internal sealed record Place(ModelUnit Unit, Node Node);
