using Castle.DynamicProxy;
using TxAspects.UnitsOfWork;

namespace TxAspects.Interception;

internal sealed class StreamKind<T> : ReturnKind
{
    public override void Intercept(AbstractInvocation invocation, MethodPlan plan, TxAspectsOptions process)
        => invocation.ReturnValue = new Stream(invocation, plan, process);

    /// <summary>A sequence whose method is called, in a unit, by the first step of each enumeration.</summary>
    private sealed class Stream(AbstractInvocation invocation, MethodPlan plan, TxAspectsOptions process) : IAsyncEnumerable<T>
    {
        private readonly AbstractInvocation _invocation = invocation.Copy();

        public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
            => new Enumerator(this, cancellationToken);

        private IAsyncEnumerable<T> CallMethod()
        {
            // An invocation proceeds once, and enumerations may run at the same time.
            var call = _invocation.Copy();
            call.Proceed();
            return (IAsyncEnumerable<T>)call.ReturnValue!;
        }

        /// <summary>
        /// One enumeration: the unit opens at the first step, is ambient inside the producer only, and ends with the sequence.
        /// </summary>
        private sealed class Enumerator(Stream stream, CancellationToken cancellationToken) : OpenStream, IAsyncEnumerator<T>
        {
            private IAsyncEnumerator<T>? _producer;

            public T Current { get; private set; } = default!;

            public async ValueTask<bool> MoveNextAsync()
            {
                if (!TryStep(cancellationToken))
                    return false;

                if (Call is null)
                    await BeginAsync().ConfigureAwait(false);

                using var entered = Call!.Enter();
                try
                {
                    _producer ??= stream.CallMethod().GetAsyncEnumerator(cancellationToken);
                    if (await _producer.MoveNextAsync().ConfigureAwait(false))
                    {
                        Current = _producer.Current;
                        Wait(cancellationToken);
                        return true;
                    }

                    End();
                    await _producer.DisposeAsync().ConfigureAwait(false);
                }
                catch (Exception exception)
                {
                    End();
                    await Call.FailAsync(exception, async: true).ConfigureAwait(false);
                    throw;
                }

                await Call.CompleteAsync(default(Nothing), async: true).ConfigureAwait(false);
                return false;
            }

            public ValueTask DisposeAsync() => DisposeOnceAsync();

            protected override async ValueTask EndEarlyAsync()
            {
                using var entered = Call!.Enter();
                try
                {
                    if (_producer is not null)
                        await _producer.DisposeAsync().ConfigureAwait(false);
                }
                catch (Exception exception)
                {
                    await Call.FailAsync(exception, async: true).ConfigureAwait(false);
                    throw;
                }

                await Call.AbandonAsync(async: true).ConfigureAwait(false);
            }

            private async ValueTask BeginAsync()
            {
                try
                {
                    var call = UnitOfWorkCall.Create(stream.Request, stream.Request.FirstAttempt(), isSynchronous: false);
                    await call.BeginAsync(async: true).ConfigureAwait(false);
                    Begun(call, cancellationToken);
                }
                catch
                {
                    End();
                    throw;
                }
            }
        }

        private CallRequest Request => plan.In(process);
    }
}
