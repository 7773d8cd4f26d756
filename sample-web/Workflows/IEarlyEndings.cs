using TxAspects;

namespace SampleWeb.Workflows;

/// <summary>Work that ends before its unit does.</summary>
[UnitOfWork]
public interface IEarlyEndings
{
    Task EarlyCommitAsync();

    Task EarlyCloseAsync();

    Task ManualRollbackAsync();
}
