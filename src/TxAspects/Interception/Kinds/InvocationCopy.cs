using System.Runtime.CompilerServices;
using Castle.DynamicProxy;

namespace TxAspects.Interception.Kinds;

/// <summary>Invocations for methods that start after their interceptor has returned.</summary>
internal static class InvocationCopy
{
    // The first invocation has lost its place by then, and its return value is being read by the caller, perhaps at the same time.
    public static AbstractInvocation Copy(this AbstractInvocation invocation) => (AbstractInvocation)MemberwiseClone(invocation);

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern object MemberwiseClone(object instance);
}
