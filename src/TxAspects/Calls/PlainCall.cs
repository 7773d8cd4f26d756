using TxAspects.Units.Ambient;

namespace TxAspects.Calls;

/// <summary>A call without a unit; one that is open around it is hidden.</summary>
internal sealed class PlainCall : UnitOfWorkCall
{
    public static readonly PlainCall Instance = new();

    public override UnitNode? Node => null;

    public override ValueTask CompleteAsync<T>(T result, bool async) => default;

    public override ValueTask FailAsync(Exception exception, bool async) => default;
}
