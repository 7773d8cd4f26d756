namespace SampleWeb.Workflows;

/// <summary>The shop in three numbers.</summary>
public sealed record Figures(long Orders, decimal Sales, long Pieces);
