namespace TxAspects.Neighbours.Tests.Wolverines;

public sealed class Packing(DbConnect<ShopContext> shop) : IPacking
{
    public async Task PackAsync(string item) => (await Tx.SessionAsync(shop)).Orders.Add(new Order { Item = $"{item}, packed" });
}
