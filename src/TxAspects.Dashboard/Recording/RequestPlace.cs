namespace TxAspects.Dashboard.Recording;

/// <summary>Where a unit was opened.</summary>
/// <param name="Route">Method and route of the request, never what the request itself says; null outside one.</param>
/// <param name="TraceId">The trace that was ambient; null where none was.</param>
internal readonly record struct RequestPlace(string? Route, string? TraceId);
