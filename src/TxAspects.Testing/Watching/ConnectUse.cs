using System.Runtime.CompilerServices;

namespace TxAspects.Testing.Watching;

/// <summary>Which tests have a connect, so that none takes another one's sessions.</summary>
internal sealed class ConnectUse(string connectName)
{
    private static readonly ConditionalWeakTable<DbConnect, ConnectUse> All = [];

    private readonly Lock _gate = new();    // protects the three fields below
    private readonly List<Func<bool>> _flows = [];
    private bool _isLed;
    private bool _isTransactional;

    public static ConnectUse Of(DbConnect connect) => All.GetValue(connect, key => new ConnectUse(key.Name));

    /// <summary>For a transactional test, which takes every session there is.</summary>
    public Action TakeAll()
    {
        lock (_gate)
        {
            if (_isTransactional || _flows.Exists(isHere => !isHere()))
                throw TestSetUpException.ConnectInUse(connectName);

            _isTransactional = true;
            return () => End(() => _isTransactional = false);
        }
    }

    /// <summary>For a database that has the connect in every flow.</summary>
    public Action Lead()
    {
        lock (_gate)
        {
            if (_isLed || _isTransactional || _flows.Exists(isHere => !isHere()))
                throw TestSetUpException.ConnectInUse(connectName);

            _isLed = true;
            return () => End(() => _isLed = false);
        }
    }

    /// <summary>For a database that has the connect in one flow.</summary>
    public Action Lead(Func<bool> isHere)
    {
        lock (_gate)
        {
            if (_isTransactional)
                throw TestSetUpException.ConnectInUse(connectName);

            _flows.Add(isHere);
            return () => End(() => _flows.Remove(isHere));
        }
    }

    private void End(Action end)
    {
        lock (_gate)
            end();
    }
}
