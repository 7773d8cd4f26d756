using TxAspects.Calls;
using TxAspects.Calls.Bodies;
using TxAspects.Sessions;
using TxAspects.Sessions.Transactions;
using TxAspects.Units;
using TxAspects.Units.Ambient;

namespace TxAspects;

/// <summary>
/// A unit of work, or a part in one, from <see cref="Tx.Open(UnitOfWorkOptions?, CancellationToken)"/> to its disposal. Complete it to
/// commit.
/// </summary>
/// <remarks>It is ambient in the method that opened it and in what that method calls: open and dispose it in the same method.</remarks>
public sealed class TxScope : IDisposable, IAsyncDisposable
{
    private readonly UnitOfWorkCall _call;
    private readonly EnteredCall _entered;
    private bool _completed;
    private bool _disposed;

    internal TxScope(CallRequest request)
    {
        if (request.Options.Propagation is Propagation.Nested && AmbientUnit.Open is not null)
            throw new NotSupportedException("A scope cannot nest in an open unit of work, because it would have to make savepoints " +
                                            "synchronously. Use Tx.RunAsync.");

        _call = UnitOfWorkCalls.Create(request, request.OnlyAttempt(), isSynchronous: false);
        _call.Opened?.Measure();
        if (request.Options.AdoptSettings && _call.Opened is { } opened)
            opened.AdoptFirst();
        _entered = _call.Enter();
    }

    /// <summary>The unit of this scope, also after its end; null where the scope runs without one.</summary>
    public ITxUnit? Unit => _call.Node?.Unit;

    /// <summary>The work is done: commits where this scope opened the unit.</summary>
    /// <exception cref="InvalidOperationException">The scope was completed or disposed before.</exception>
    /// <exception cref="UnitOfWorkDoomedException">The unit could not be committed.</exception>
    public ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SetCompleted();
        return _call.CompleteAsync(default(Nothing), async: true);
    }

    /// <inheritdoc cref="CompleteAsync(CancellationToken)"/>
    public void Complete()
    {
        SetCompleted();
        _call.CompleteAsync(default(Nothing), async: false).Completed();
    }

    /// <summary>The work is done, with this result: commits, or rolls back where the result means failure.</summary>
    /// <inheritdoc cref="CompleteAsync(CancellationToken)"/>
    public ValueTask CompleteAsync<T>(T result)
    {
        SetCompleted();
        return _call.CompleteAsync(result, async: true);
    }

    /// <inheritdoc cref="CompleteAsync{T}(T)"/>
    public void Complete<T>(T result)
    {
        SetCompleted();
        _call.CompleteAsync(result, async: false).Completed();
    }

    /// <summary>
    /// The work failed: rolls back, or commits where the settings list the exception in CommitOn. Throws nothing more, so that you can
    /// rethrow it.
    /// </summary>
    /// <remarks>Unlike leaving the scope without completing it, this records why. In a scope that joined it dooms.</remarks>
    /// <exception cref="InvalidOperationException">The scope was completed or disposed before.</exception>
    public ValueTask FailAsync(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        SetCompleted();
        return _call.FailAsync(exception, async: true);
    }

    /// <inheritdoc cref="FailAsync"/>
    public void Fail(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        SetCompleted();
        _call.FailAsync(exception, async: false).Completed();
    }

    /// <summary>
    /// The same as <see cref="Tx.SetRollbackOnly"/> for the unit of this scope, wherever it is called. Nothing where the scope runs without
    /// one.
    /// </summary>
    /// <exception cref="UnitOfWorkEndedException">The unit has ended.</exception>
    public void SetRollbackOnly(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        if (_call.Node is { Unit: var unit, Mark: var mark })
            unit.SetRollbackOnly(reason, Mark.IsInside(unit.MarkHere, mark) ? unit.MarkHere : mark);
    }

    /// <summary>Restores what was ambient before, and rolls back what was not completed.</summary>
    public void Dispose()
    {
        if (Leave())
            _call.FailAsync(new ScopeNotCompletedException(), async: false).Completed();
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
        // Not an async method: what is ambient must be restored for the caller.
        => Leave() ? _call.FailAsync(new ScopeNotCompletedException(), async: true) : default;

    private void SetCompleted()
    {
        if (_completed || _disposed)
            throw new InvalidOperationException("The scope was completed or disposed before. Complete it once, before it is disposed.");

        _completed = true;
    }

    private bool Leave()
    {
        if (_disposed)
            return false;

        _disposed = true;
        _entered.Dispose();
        return !_completed;
    }
}
