namespace TxAspects.Model.Tests.Model;

internal sealed class ModelClock
{
    public double Now { get; set; }
}
