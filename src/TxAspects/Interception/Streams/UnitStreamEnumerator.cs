using TxAspects.Calls;
using TxAspects.Calls.Bodies;
using TxAspects.Observing;

namespace TxAspects.Interception.Streams;

/// <summary>
/// One enumeration: the unit opens at the first step, is ambient inside the producer only, and ends with the sequence. A unit of its own
/// whose sequence nobody reads on is rolled back: from a timer, when the token is cancelled between two steps, or when the flow that
/// collects its sequences is over.
/// </summary>
/// <remarks>
/// The producer runs during a step only. Who wants to run it, or to end it, first moves the state away from <see cref="State.Suspended"/>;
/// whoever does not succeed leaves it alone. The timer counts looks at which no step was made, so a step does nothing for it but count.
/// </remarks>
internal sealed class UnitStreamEnumerator<T>(UnitStream<T> stream, CancellationToken cancellationToken)
    : IAsyncEnumerator<T>, IOpenStream
{
    private const int LooksUntilIdle = 4;    // so an end is at most a quarter late

    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(49);    // of a timer

    private UnitOfWorkCall? _call;
    private IAsyncEnumerator<T>? _producer;
    private ITimer? _timer;
    private OpenStreams? _streams;
    private CancellationTokenRegistration _registration;
    private TaskCompletionSource? _stepEnd;    // where somebody waits for it
    private TaskCompletionSource? _givenUp;    // completed when that is done
    private int _state;
    private int _steps;
    private int _stepsSeen;
    private int _idleLooks;

    private enum State
    {
        Suspended,
        Stepping,
        GivenUp,
        Ended,
    }

    public T Current { get; private set; } = default!;

    public ITxUnit? Unit => _call?.Node?.Unit;

    private string Name => stream.Request.Name.ToString();

    private TimeSpan IdleLimit
    {
        get
        {
            var limit = stream.Request.ProcessOptions.SequenceIdleLimit;
            return stream.Request.Options.Timeout is { } timeout && timeout < limit ? timeout : limit;
        }
    }

    public async ValueTask<bool> MoveNextAsync()
    {
        if (Leave(State.Suspended, State.Stepping) is var found and not State.Suspended)
            return await RefuseAsync(found).ConfigureAwait(false);

        var after = State.Suspended;
        try
        {
            if (_call is null)
                await BeginAsync().ConfigureAwait(false);

            after = State.Ended;
            using var entered = _call!.Enter();
            try
            {
                _producer ??= stream.Begin(cancellationToken);
                if (await _producer.MoveNextAsync().ConfigureAwait(false))
                {
                    Current = _producer.Current;
                    Watch();
                    after = State.Suspended;
                    return true;
                }

                await EndProducerAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                await FailAsync(exception).ConfigureAwait(false);
                throw;
            }

            await _call.CompleteAsync(default(Nothing), async: true).ConfigureAwait(false);
            return false;
        }
        finally
        {
            EndStep(after);
        }
    }

    public async ValueTask DisposeAsync()
    {
        State found;
        while ((found = Leave(State.Suspended, State.Ended)) is State.Stepping)
        {
            var mine = NewCompletion();
            var ended = Interlocked.CompareExchange(ref _stepEnd, mine, null) ?? mine;
            if ((State)Volatile.Read(ref _state) is State.Stepping)
                await ended.Task.ConfigureAwait(false);
        }

        if (found is State.GivenUp)
            await _givenUp!.Task.ConfigureAwait(false);
        if (found is not State.Suspended || _call is null)
            return;

        Forget();
        using var entered = _call.Enter();
        try
        {
            await EndProducerAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await _call.FailAsync(exception, async: true).ConfigureAwait(false);
            throw;
        }

        await _call.AbandonAsync(async: true).ConfigureAwait(false);
    }

    public Task LeaveAsync()
    {
        GiveUp(isIdle: false);
        return (State)Volatile.Read(ref _state) is State.GivenUp ? _givenUp!.Task : Task.CompletedTask;
    }

    private async ValueTask BeginAsync()
    {
        var call = UnitOfWorkCalls.Create(stream.Request, stream.Request.FirstAttempt(), isSynchronous: false);
        await call.BeginAsync(async: true).ConfigureAwait(false);
        _call = call;
        _streams = OpenStreams.Current;
        _streams?.Add(this);

        // In a unit around it the sequence shares a session with other code, so that nothing may be done here from another flow.
        if (call.Opened is not null)
            _registration = cancellationToken.UnsafeRegister(static (one, _) => ((UnitStreamEnumerator<T>)one!).LeaveInBackground(), this);
    }

    // The one who cancels waits for nothing.
    private void LeaveInBackground() => _ = Task.Run(() => GiveUp(isIdle: false));

    private async ValueTask<bool> RefuseAsync(State found)
    {
        if (found is State.Stepping)
            throw new InvalidOperationException($"'{Name}' returned a sequence of which a step still runs. Await each MoveNextAsync " +
                "before the next.");
        if (found is State.Ended)
            return false;

        await _givenUp!.Task.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        throw new SequenceAbandonedException(Name, IdleLimit);
    }

    /// <summary>
    /// Gives up a producer that threw, at once, because a reader of its own would keep the unit from ending; then the unit.
    /// </summary>
    private async ValueTask FailAsync(Exception exception)
    {
        try
        {
            await EndProducerAsync().ConfigureAwait(false);
        }
        catch (Exception later)
        {
            // The caller gets this one, as from a sequence without a unit.
            await _call!.FailAsync(later, async: true).ConfigureAwait(false);
            throw;
        }

        await _call!.FailAsync(exception, async: true).ConfigureAwait(false);
    }

    private async ValueTask EndProducerAsync()
    {
        var producer = _producer;
        _producer = null;
        if (producer is not null)
            await producer.DisposeAsync().ConfigureAwait(false);
    }

    // Only a unit of its own would be forgotten with the sequence. What is ambient here flows to the timer, so the producer ends in its own
    // flow.
    private void Watch()
    {
        _steps++;
        if (_timer is not null || _call!.Opened is null)
            return;

        var quarter = IdleLimit / LooksUntilIdle;
        var period = quarter < ShortestPeriod ? ShortestPeriod : quarter > LongestPeriod ? LongestPeriod : quarter;
        var time = stream.Request.ProcessOptions.TimeProvider;
        _timer = time.CreateTimer(one => ((UnitStreamEnumerator<T>)one!).Look(), this, period, period);
    }

    private void EndStep(State after)
    {
        if (after is State.Ended)
            Forget();
        Interlocked.Exchange(ref _state, (int)after);
        Interlocked.Exchange(ref _stepEnd, null)?.SetResult();

        // What was cancelled during the step found nothing that it could take.
        if (after is State.Suspended && _call?.Opened is not null && cancellationToken.IsCancellationRequested)
            LeaveInBackground();
    }

    private void Forget()
    {
        _timer?.Dispose();
        _registration.Unregister();
        _streams?.Remove(this);
    }

    private void Look()
    {
        if ((State)Volatile.Read(ref _state) is not State.Suspended || _steps != _stepsSeen)
        {
            _stepsSeen = _steps;
            _idleLooks = 0;
        }
        else if (++_idleLooks >= LooksUntilIdle)
        {
            GiveUp(isIdle: true);
        }
    }

    private void GiveUp(bool isIdle)
    {
        Interlocked.CompareExchange(ref _givenUp, NewCompletion(), null);
        if (Leave(State.Suspended, State.GivenUp) is State.Suspended)
            _ = GiveUpAsync(isIdle);
    }

    private async Task GiveUpAsync(bool isIdle)
    {
        Forget();
        var log = stream.Request.ProcessOptions.Log;
        if (isIdle)
            log.SequenceAbandoned(Name, IdleLimit);
        using var entered = _call!.Enter();
        try
        {
            await EndProducerAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            log.SequenceEndFailed(Name, exception);
        }

        try
        {
            await _call.AbandonAsync(async: true).ConfigureAwait(false);
        }
        finally
        {
            _givenUp!.SetResult();
        }
    }

    /// <summary>Moves from one state to another, if that is the state; returns which state was found.</summary>
    private State Leave(State from, State to) => (State)Interlocked.CompareExchange(ref _state, (int)to, (int)from);

    private static TaskCompletionSource NewCompletion() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
