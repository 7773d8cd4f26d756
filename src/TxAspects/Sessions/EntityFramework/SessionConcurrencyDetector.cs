using Microsoft.EntityFrameworkCore.Infrastructure;

namespace TxAspects.Sessions.EntityFramework;

/// <summary>
/// Admits what EF Core is about to do on a session. EF Core asks its detector before each step of a query, each save and each command, and
/// tells it in a finally block that the step is over, opening and beginning included.
/// </summary>
internal sealed class SessionConcurrencyDetector(SessionSlot slot) : IConcurrencyDetector
{
    public SessionSlot Slot => slot;

    public ConcurrencyDetectorCriticalSectionDisposer EnterCriticalSection()
    {
        slot.Enter();
        return new ConcurrencyDetectorCriticalSectionDisposer(this);
    }

    public void ExitCriticalSection() => slot.Admission.Leave();
}
