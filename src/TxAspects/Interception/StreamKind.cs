using Castle.DynamicProxy;
using TxAspects.Calls;
using TxAspects.Calls.Bodies;

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

        /// <summary>One enumeration: the unit opens at the first step, is ambient inside the producer only, and ends with the sequence.</summary>
        private sealed class Enumerator(Stream stream, CancellationToken cancellationToken) : IAsyncEnumerator<T>
        {
            private UnitOfWorkCall? _call;
            private IAsyncEnumerator<T>? _producer;
            private bool _ended;

            public T Current { get; private set; } = default!;

            public async ValueTask<bool> MoveNextAsync()
            {
                if (_ended)
                    return false;

                if (_call is null)
                    await BeginAsync().ConfigureAwait(false);

                using var entered = _call!.Enter();
                try
                {
                    _producer ??= stream.CallMethod().GetAsyncEnumerator(cancellationToken);
                    if (await _producer.MoveNextAsync().ConfigureAwait(false))
                    {
                        Current = _producer.Current;
                        return true;
                    }

                    _ended = true;
                    await _producer.DisposeAsync().ConfigureAwait(false);
                }
                catch (Exception exception)
                {
                    _ended = true;
                    await _call.FailAsync(exception, async: true).ConfigureAwait(false);
                    throw;
                }

                await _call.CompleteAsync(default(Nothing), async: true).ConfigureAwait(false);
                return false;
            }

            public async ValueTask DisposeAsync()
            {
                if (_ended || _call is null)
                    return;

                _ended = true;
                using var entered = _call.Enter();
                try
                {
                    if (_producer is not null)
                        await _producer.DisposeAsync().ConfigureAwait(false);
                }
                catch (Exception exception)
                {
                    await _call.FailAsync(exception, async: true).ConfigureAwait(false);
                    throw;
                }

                await _call.AbandonAsync(async: true).ConfigureAwait(false);
            }

            private async ValueTask BeginAsync()
            {
                var call = UnitOfWorkCalls.Create(stream.Request, stream.Request.FirstAttempt(), isSynchronous: false);
                await call.BeginAsync(async: true).ConfigureAwait(false);
                _call = call;
            }
        }

        private CallRequest Request => plan.In(process);
    }
}
