using Castle.DynamicProxy;

namespace TxAspects.Benchmarks.Calls;

/// <summary>The least that a Castle interceptor can do.</summary>
public sealed class ProceedingInterceptor : IInterceptor
{
    public void Intercept(IInvocation invocation) => invocation.Proceed();
}
