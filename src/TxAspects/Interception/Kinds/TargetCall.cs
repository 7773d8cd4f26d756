using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace TxAspects.Interception.Kinds;

/// <summary>Compiled calls of methods whose arguments are in an array.</summary>
internal static class TargetCall
{
    private static readonly ConcurrentDictionary<(MethodInfo Method, bool AsBase), Func<object, object?[], object?>> Calls = new();

    /// <param name="method">Of a generic method, with its type arguments. What it leaves in ref and out arguments is in the array
    /// afterwards.</param>
    /// <param name="asBase">Whether to call it past its override, as <c>base.Method()</c> does.</param>
    public static Func<object, object?[], object?> Of(MethodInfo method, bool asBase) => Calls.GetOrAdd((method, asBase), Compile);

    private static Func<object, object?[], object?> Compile((MethodInfo Method, bool AsBase) key)
    {
        var (method, asBase) = key;
        var call = new DynamicMethod(
            method.Name, typeof(object), [typeof(object), typeof(object[])], typeof(TargetCall).Module, skipVisibility: true);
        var code = call.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Castclass, method.DeclaringType!);
        var references = new Dictionary<int, LocalBuilder>();
        foreach (var parameter in method.GetParameters())
        {
            var type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Ldc_I4, parameter.Position);
            code.Emit(OpCodes.Ldelem_Ref);
            code.Emit(OpCodes.Unbox_Any, type);
            if (!parameter.ParameterType.IsByRef)
                continue;

            references[parameter.Position] = code.DeclareLocal(type);
            code.Emit(OpCodes.Stloc, references[parameter.Position]);
            code.Emit(OpCodes.Ldloca, references[parameter.Position]);
        }

        code.Emit(asBase ? OpCodes.Call : OpCodes.Callvirt, method);
        foreach (var (position, value) in references)
        {
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Ldc_I4, position);
            code.Emit(OpCodes.Ldloc, value);
            code.Emit(OpCodes.Box, value.LocalType);
            code.Emit(OpCodes.Stelem_Ref);
        }

        if (method.ReturnType == typeof(void))
            code.Emit(OpCodes.Ldnull);
        else if (method.ReturnType.IsValueType)
            code.Emit(OpCodes.Box, method.ReturnType);
        code.Emit(OpCodes.Ret);
        return call.CreateDelegate<Func<object, object?[], object?>>();
    }
}
