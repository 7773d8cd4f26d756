namespace SampleWeb.Events;

/// <summary>Something that is certain: it is told after the commit.</summary>
public sealed record ShopEvent(string Kind, string Text, string? TraceId);
