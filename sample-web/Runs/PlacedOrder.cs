using SampleWeb.Orders;

namespace SampleWeb.Runs;

/// <summary>An order that a run placed.</summary>
/// <param name="Order">The order, as it is now where it was kept.</param>
/// <param name="Kept">Whether it is in the database.</param>
public sealed record PlacedOrder(Order Order, bool Kept);
