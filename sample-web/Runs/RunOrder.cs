namespace SampleWeb.Runs;

/// <summary>An order that a run was to place.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Buyer">Who wanted it.</param>
/// <param name="Sku">What.</param>
/// <param name="Quantity">How many.</param>
/// <param name="Kept">Whether it is in the database.</param>
/// <param name="Delivered">Whether it was delivered.</param>
public sealed record RunOrder(Guid Id, string Buyer, string Sku, int Quantity, bool Kept, bool Delivered);
