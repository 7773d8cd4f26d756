using TxAspects.Observing;
using TxAspects.Units.Ambient;

namespace TxAspects.Units.Scopes;

/// <summary>The scopes in which the services of one unit live: one for each container, begun when it is needed.</summary>
/// <remarks>
/// A scope is begun under the lock, so that branches share it and none is begun after the end. What is carried along is resolved there.
/// </remarks>
internal sealed class UnitScopes(UnitOfWork unit)
{
    private readonly Lock _lock = new();
    private readonly List<(object Container, IUnitScope Scope, bool IsOwn)> _begun = [];
    private bool _isBeginning;
    private bool _hasEnded;

    /// <summary>What the unit was opened for, where that has a scope already.</summary>
    public IUnitSurroundings? Surroundings { get; set; }

    /// <summary>The target in the unit's scope.</summary>
    /// <exception cref="SynchronousUseException">
    /// The unit is synchronous, and could not dispose the target, or what the target takes.
    /// </exception>
    public object Resolve(UnitScopedTarget target)
    {
        if (unit.IsSynchronous && target.FindAsyncOnly() is { } found)
            throw SynchronousUseException.OfDisposal(found.Name, unit.Name);

        var instance = target.Resolve(GetScope(target));
        return unit.IsSynchronous && instance is IAsyncDisposable and not IDisposable
            ? throw SynchronousUseException.OfDisposal(instance.GetType().Name, unit.Name)
            : instance;
    }

    /// <summary>Disposes what was begun, the last one first. Throws nothing: the outcome stands.</summary>
    public async ValueTask EndAsync(bool async)
    {
        lock (_lock)
            _hasEnded = true;

        using var outside = AmbientUnit.Enter(new UnitNode(unit, UnitPlace.AfterEnd, Mark: null, Deadline: null));
        for (var last = _begun.Count - 1; last >= 0; last--)
        {
            var (_, scope, isOwn) = _begun[last];
            if (!isOwn)
                continue;

            try
            {
                if (async)
                    await scope.DisposeAsync().ConfigureAwait(false);
                else
                    scope.Dispose();
            }
            catch (Exception exception)
            {
                unit.Log.ScopeDisposalFailed(unit.Name, exception);
            }
        }
    }

    private IUnitScope GetScope(UnitScopedTarget target)
    {
        lock (_lock)
        {
            if (_hasEnded)
                throw new UnitOfWorkEndedException(unit.Name, connectName: null);
            var container = target.Container;
            if (_begun.Find(one => one.Container == container).Scope is { } known)
                return known;
            if (_isBeginning)
                throw new InvalidOperationException(
                    $"What is carried into the scope of unit of work '{unit.Name}' calls a service that lives in that scope. " +
                    "Carry something that needs no such service.");

            var given = Surroundings is { } surroundings ? target.FindScope(surroundings.Services) : null;
            var scope = given ?? Begin(target);
            _begun.Add((container, scope, given is null));
            return scope;
        }
    }

    private IUnitScope Begin(UnitScopedTarget target)
    {
        _isBeginning = true;
        try
        {
            return target.BeginScope();
        }
        finally
        {
            _isBeginning = false;
        }
    }
}
