using System.Reflection;
using System.Reflection.Emit;

namespace TxAspects.Tests;

/// <summary>Reads the instructions of compiled methods: numbers, strings and members that they use, in order.</summary>
public static class IlReader
{
    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    private const BindingFlags Every = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic |
                                       BindingFlags.DeclaredOnly;

    /// <summary>All methods and constructors of an assembly, those that the compiler made included.</summary>
    public static IEnumerable<MethodBase> Methods(Assembly assembly)
        => assembly.GetTypes().SelectMany(Methods);

    public static IEnumerable<MethodBase> Methods(Type type)
        => type.GetMethods(Every).Concat<MethodBase>(type.GetConstructors(Every));

    /// <summary>An int, a string or a method for each instruction that has one; null for the others.</summary>
    public static IEnumerable<object?> Operands(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il)
            yield break;

        for (var at = 0; at < il.Length;)
        {
            var code = il[at] is 0xFE ? Codes[(short)(0xFE00 | il[at + 1])] : Codes[il[at]];
            at += code.Size;
            yield return Operand(method, code, il, at);
            at += code.OperandType is OperandType.InlineSwitch ? 4 + (4 * BitConverter.ToInt32(il, at)) : Size(code.OperandType);
        }
    }

    private static object? Operand(MethodBase method, OpCode code, byte[] il, int at) => code.OperandType switch
    {
        OperandType.InlineI => BitConverter.ToInt32(il, at),
        OperandType.ShortInlineI => (int)(sbyte)il[at],
        OperandType.InlineNone when code.Value is >= 0x16 and <= 0x1E => code.Value - 0x16,    // ldc.i4.0 to ldc.i4.8
        OperandType.InlineString => method.Module.ResolveString(BitConverter.ToInt32(il, at)),
        OperandType.InlineMethod => Method(method, BitConverter.ToInt32(il, at)),
        _ => null,
    };

    private static MethodBase? Method(MethodBase method, int token)
        => method.Module.ResolveMethod(
            token, method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);

    private static int Size(OperandType type) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };
}
