using System.Data;
using Microsoft.Extensions.Logging;
using TxAspects.Connections;

namespace TxAspects.UnitsOfWork;

/// <summary>Owns a session that is in no unit: nothing happens to it automatically.</summary>
internal sealed class StandaloneOwner(ILogger log) : ISessionOwner
{
    private readonly UnitOfWork? _madeIn = AmbientUnit.Node?.Unit;

    public string Name => "outside any unit";

    public IsolationLevel IsolationLevel => IsolationLevel.Unspecified;

    public bool ReadOnly => false;

    public Deadline? Deadline => null;

    public string? ReadAfter => null;

    public ILogger Log => log;

    public void MarkDurable(bool isInDoubt) => AmbientUnit.Open?.MarkDurable();

    public void NotePosition(string connectName, string position, DbCluster cluster) => AmbientUnit.Open?.NotePosition(connectName, position, cluster);

    // A task that outlived its unit may make sessions of its own, but not use somebody else's by a context it still holds.
    public void CheckUse(Session session) => AmbientUnit.ThrowIfLetGo(session, except: _madeIn);

    public string? FindHolder(Session session) => UnitOfWork.FindHolder(session, from: _madeIn);
}
