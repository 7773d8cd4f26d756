using TxAspects.Diagnostics;
using TxAspects.UnitsOfWork;

namespace TxAspects.Interception;

/// <summary>
/// A sequence that was begun. It takes a step, waits for the next one, or has ended; only who takes it from waiting may end it.
/// </summary>
/// <remarks>
/// A consumer that forgets to dispose its enumerator is recognised by what it left behind: a token that is cancelled while nothing is asked
/// of the sequence,
/// where the unit is the sequence's own, or the end of the flow that collects its sequences.
/// </remarks>
internal abstract class OpenStream
{
    private const int Waiting = 0;
    private const int Stepping = 1;
    private const int Ended = 2;

    private OpenStreams? _streams;
    private CancellationTokenRegistration _registration;
    private Task? _leaving;
    private int _place;
    private bool _wasLeft;

    /// <summary>The unit in which it runs, or null for none.</summary>
    public ITxUnit? Unit => Call?.Node?.Unit;

    /// <summary>The sequence's part in that unit, from the first step on.</summary>
    protected UnitOfWorkCall? Call { get; private set; }

    /// <summary>Ends it between two steps, and logs what goes wrong: nobody waits for it any more.</summary>
    public Task LeaveAsync()
    {
        if (!TryTake(Ended))
            return _leaving ?? Task.CompletedTask;

        _wasLeft = true;
        return _leaving = LeaveLoggedAsync();
    }

    /// <summary>Ends the producer, and the unit where it is the sequence's own.</summary>
    protected abstract ValueTask EndEarlyAsync();

    protected void Begun(UnitOfWorkCall call, CancellationToken cancellationToken)
    {
        Call = call;
        _streams = OpenStreams.Current;
        _streams?.Add(this);

        // In a unit around it the sequence shares a session with other code, so that nothing may be done here from another flow.
        if (call.Opened is not null)
            _registration = cancellationToken.UnsafeRegister(static (stream, _) => ((OpenStream)stream!).LeaveInBackground(), this);
    }

    /// <summary>A step begins; false where the sequence has ended.</summary>
    /// <exception cref="OperationCanceledException">It was ended for want of a consumer.</exception>
    protected bool TryStep(CancellationToken cancellationToken)
    {
        if (TryTake(Stepping))
            return true;

        if (_wasLeft)
            throw new OperationCanceledException("The sequence was left, and its unit of work has ended.", cancellationToken);
        return Volatile.Read(ref _place) is Ended
            ? false
            : throw new InvalidOperationException("A step of the sequence is still running. Await it before the next one.");
    }

    /// <summary>The step is over, and another one may come.</summary>
    protected void Wait(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _place, Waiting);

        // What was cancelled during the step found nothing that it could take.
        if (Call!.Opened is not null && cancellationToken.IsCancellationRequested)
            LeaveInBackground();
    }

    /// <summary>The step was the last one, or failed.</summary>
    protected void End()
    {
        Volatile.Write(ref _place, Ended);
        Forget();
    }

    /// <summary>Its consumer disposes it.</summary>
    protected ValueTask DisposeOnceAsync()
    {
        if (_leaving is { } leaving)
            return new(leaving);

        if (Volatile.Read(ref _place) is Stepping)
            throw new NotSupportedException("A step of the sequence is still running. Await it before you dispose the enumerator.");

        if (Call is null || !TryTake(Ended))
            return default;

        Forget();
        return EndEarlyAsync();
    }

    private bool TryTake(int place) => Interlocked.CompareExchange(ref _place, place, Waiting) is Waiting;

    // The one who cancels waits for nothing.
    private void LeaveInBackground() => _ = Task.Run(LeaveAsync);

    private async Task LeaveLoggedAsync()
    {
        Forget();
        try
        {
            await EndEarlyAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Call!.Node?.Unit.Log.StreamFailed(Call.Node.Unit.Name, exception);
        }
    }

    private void Forget()
    {
        _registration.Unregister();
        _streams?.Remove(this);
    }
}
