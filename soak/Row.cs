namespace TxAspects.Soak;

public sealed class Row
{
    public long Id { get; init; }

    public int Amount { get; init; }
}
