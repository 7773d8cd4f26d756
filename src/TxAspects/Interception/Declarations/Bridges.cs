using System.Reflection;
using System.Reflection.Emit;

namespace TxAspects.Interception.Declarations;

/// <summary>
/// Methods that the compiler writes where a class implements an interface by a method that it inherits: they only call it.
/// </summary>
internal static class Bridges
{
    /// <summary>The method that runs in an object of the type when a bridge is called; any other method itself.</summary>
    public static MethodInfo Follow(Type type, MethodInfo implementation)
        => Called(implementation) is not { } call ? implementation : call.IsVirtual ? Slots.MostDerived(type, call.Method) : call.Method;

    /// <summary>Whether a bridge calls a virtual method past its overrides.</summary>
    public static bool PassesOverrides(MethodInfo implementation) => Called(implementation) is { IsVirtual: false, Method.IsVirtual: true };

    /// <summary>The inherited method that gets the arguments of this one, where nothing else happens.</summary>
    private static (MethodInfo Method, bool IsVirtual)? Called(MethodInfo method)
    {
        if (method is not { IsPrivate: true, IsFinal: true } || method.GetMethodBody()?.GetILAsByteArray() is not { } code)
            return null;

        var at = 0;
        for (var argument = 0; argument <= method.GetParameters().Length; argument++)
        {
            var size = LoadSize(code.AsSpan(at), argument);
            if (size == 0)
                return null;
            at += size;
        }

        var isVirtual = code[at] == OpCodes.Callvirt.Value;
        if (code.Length != at + 6 || !(isVirtual || code[at] == OpCodes.Call.Value) || code[^1] != OpCodes.Ret.Value)
            return null;

        var level = method.DeclaringType!;
        var token = BitConverter.ToInt32(code, at + 1);
        var resolved = method.Module.ResolveMethod(token, level.GetGenericArguments(), method.GetGenericArguments());
        if (resolved is not MethodInfo { IsStatic: false } called || !called.DeclaringType!.IsAssignableFrom(level.BaseType))
            return null;

        return (called.IsGenericMethod ? called.GetGenericMethodDefinition() : called, isVirtual && called.IsVirtual);
    }

    // An argument is loaded by an instruction of one, two or four bytes, by its number.
    private static int LoadSize(ReadOnlySpan<byte> code, int argument) => code switch
    {
        [var one, ..] when argument < 4 && one == OpCodes.Ldarg_0.Value + argument => 1,
        [var one, var number, ..] when one == OpCodes.Ldarg_S.Value && number == argument => 2,
        [0xFE, 0x09, var low, var high, ..] when (low | high << 8) == argument => 4,
        _ => 0,
    };
}
