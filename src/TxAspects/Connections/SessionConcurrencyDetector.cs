using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Connections;

/// <summary>Says in our words what EF Core's own detector finds: two branches that use a session at the same time.</summary>
internal sealed class SessionConcurrencyDetector(IConcurrencyDetector inner, SessionSlot slot) : IConcurrencyDetector
{
    public SessionSlot Slot => slot;

    public ConcurrencyDetectorCriticalSectionDisposer EnterCriticalSection()
    {
        try
        {
            return inner.EnterCriticalSection();
        }
        catch (InvalidOperationException exception) when (slot.Session is { } session)
        {
            throw SessionInUseException.ByTwoBranches(session.Owner.Name, session.Connect.Name, exception);
        }
    }

    public void ExitCriticalSection() => inner.ExitCriticalSection();

    /// <summary>Puts it around the detector that the provider, whose extension came first, has registered; where there is none, EF Core keeps its own.</summary>
    public static void AddTo(IServiceCollection services)
    {
        if (services.LastOrDefault(service => service.ServiceType == typeof(IConcurrencyDetector)) is not { ImplementationType: { } type })
            return;

        services.AddScoped<IConcurrencyDetector>(provider => new SessionConcurrencyDetector(
            (IConcurrencyDetector)ActivatorUtilities.CreateInstance(provider, type), provider.GetRequiredService<SessionSlot>()));
    }
}
