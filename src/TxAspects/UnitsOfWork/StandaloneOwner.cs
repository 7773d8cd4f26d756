using System.Data;
using Microsoft.Extensions.Logging;
using TxAspects.Connections;

namespace TxAspects.UnitsOfWork;

/// <summary>Owns a session that is in no unit: nothing happens to it automatically.</summary>
internal sealed class StandaloneOwner(ILogger log) : ISessionOwner
{
    public string Name => "outside any unit";

    public IsolationLevel IsolationLevel => IsolationLevel.Unspecified;

    public bool ReadOnly => false;

    public Deadline? Deadline => null;

    public ILogger Log => log;

    public void CheckUse(Session session)
    {
    }
}
