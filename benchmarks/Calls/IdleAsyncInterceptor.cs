using Castle.DynamicProxy;

namespace TxAspects.Benchmarks.Calls;

/// <summary>
/// An interceptor on the usual base class, in the form its documentation shows, with nothing before and after the method.
/// </summary>
public sealed class IdleAsyncInterceptor : AsyncInterceptorBase
{
    protected override async Task InterceptAsync(
        IInvocation invocation, IInvocationProceedInfo proceedInfo, Func<IInvocation, IInvocationProceedInfo, Task> proceed)
        => await proceed(invocation, proceedInfo).ConfigureAwait(false);

    protected override async Task<TResult> InterceptAsync<TResult>(
        IInvocation invocation, IInvocationProceedInfo proceedInfo, Func<IInvocation, IInvocationProceedInfo, Task<TResult>> proceed)
        => await proceed(invocation, proceedInfo).ConfigureAwait(false);
}
