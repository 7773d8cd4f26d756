using Castle.DynamicProxy;
using TxAspects.Calls;

namespace TxAspects.Interception.Kinds;

/// <summary>One call of a method that runs as its plan says.</summary>
/// <param name="Invocation">The call as Castle knows it.</param>
/// <param name="Plan">What the method's declarations say.</param>
/// <param name="ProcessOptions">What holds for all units.</param>
/// <param name="Interceptor">The interceptor that was called.</param>
internal readonly record struct InterceptedCall(
    AbstractInvocation Invocation, MethodPlan Plan, TxAspectsOptions ProcessOptions, UnitOfWorkInterceptor Interceptor)
{
    public CallRequest Request => Plan.In(ProcessOptions);
}
