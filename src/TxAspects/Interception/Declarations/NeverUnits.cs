using System.Reflection;
using System.Runtime.CompilerServices;

namespace TxAspects.Interception.Declarations;

/// <summary>Methods that are nobody's units: accessors, what every object has, what disposes, and what the compiler made.</summary>
internal static class NeverUnits
{
    public static bool Includes(Type target, MethodInfo method)
        => method.IsSpecialName ||
           method.GetBaseDefinition().DeclaringType == typeof(object) ||
           IsMadeByCompiler(method) ||
           IsDisposal(target, method);

    /// <summary>The members that a record has without being written, lambdas and local functions.</summary>
    public static bool IsMadeByCompiler(MethodInfo method) => method.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    // By the interface, not by the name: 'DisposeAsync(int wasteId)' is work like any other.
    private static bool IsDisposal(Type target, MethodInfo method)
        => Implements(typeof(IDisposable), target, method) || Implements(typeof(IAsyncDisposable), target, method);

    private static bool Implements(Type @interface, Type target, MethodInfo method)
    {
        if (method.DeclaringType == @interface)
            return true;
        if (target.IsInterface || method.DeclaringType!.IsInterface || !@interface.IsAssignableFrom(target))
            return false;

        var root = Slots.Root(method);
        return Attributes.Implementations(target, @interface).Any(one => Slots.Root(one.Implementation) == root);
    }
}
