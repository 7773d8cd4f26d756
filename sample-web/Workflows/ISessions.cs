using TxAspects;

namespace SampleWeb.Workflows;

/// <summary>Which session sees what, and which are the unit's.</summary>
[UnitOfWork]
public interface ISessions
{
    Task<Figures> ConcurrentQueriesAsync();

    Task OutsideSessionAsync();

    Task<bool> ReadYourWritesAsync();
}
