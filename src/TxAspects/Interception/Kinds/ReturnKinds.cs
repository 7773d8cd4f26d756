using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using TxAspects.Calls.Bodies;
using TxAspects.Interception.Declarations;
using TxAspects.Interception.Streams;

namespace TxAspects.Interception.Kinds;

/// <summary>Which kind a return type is, and which types are none.</summary>
internal static class ReturnKinds
{
    public static ReturnKind Of(Type type)
    {
        if (type == typeof(void))
            return new VoidKind();
        if (type == typeof(Task))
            return new TaskKind();
        if (type == typeof(ValueTask))
            return new ValueTaskKind();

        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        if (definition == typeof(Task<>))
            return CreateFor(type.GenericTypeArguments[0], typeof(TaskOfKind<>), ofSequence: typeof(TaskOfSequenceKind<>));
        if (definition == typeof(ValueTask<>))
            return CreateFor(type.GenericTypeArguments[0], typeof(ValueTaskOfKind<>), ofSequence: typeof(ValueTaskOfSequenceKind<>));
        if (definition == typeof(IAsyncEnumerable<>))
            return Create(typeof(StreamKind<>), type.GenericTypeArguments[0]);

        return CreateFor(type, typeof(ValueKind<>), ofSequence: typeof(SequenceKind<>));
    }

    /// <summary>Why a method cannot be a unit of work, or null when it can.</summary>
    public static string? WhyUnsupported(MethodInfo method)
    {
        if (method.ReturnType.IsByRef || method.ReturnType.IsByRefLike || method.ReturnType.IsPointer)
            return "returns a reference or a by-ref struct, which an interceptor cannot pass on. Return a value";
        if (Array.Exists(method.GetParameters(), one => Target(one.ParameterType) is { IsByRefLike: true } or { IsPointer: true }))
            return "takes a by-ref struct, which an interceptor cannot pass on. Take an array or a Memory<T>";
        if (method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute), inherit: false))
            return "is async void, so it returns before its work is done. Return Task";
        if (IsLazy(method.ReturnType) || IsIterator(method))
            return $"returns the lazy '{method.ReturnType.DisplayName()}', which would run after the unit's end. Return a list, or " +
                   "IAsyncEnumerable<T>";
        if (!IsAsynchronous(method.ReturnType) && method.ReturnType.IsAwaitable())
            return $"returns '{method.ReturnType.DisplayName()}', whose end is not known. Return Task, ValueTask or IAsyncEnumerable<T>";
        return null;
    }

    public static bool IsStream(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>);

    /// <summary>Whether a call returns a task that the kinds know.</summary>
    public static bool IsAsynchronous(Type type)
    {
        var known = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return known == typeof(Task) || known == typeof(Task<>) || known == typeof(ValueTask) || known == typeof(ValueTask<>);
    }

    private static ReturnKind Create(Type kind, Type argument) => (ReturnKind)Activator.CreateInstance(kind.MakeGenericType(argument))!;

    private static ReturnKind CreateFor(Type value, Type ofAny, Type ofSequence) => Create(IsSequence(value) ? ofSequence : ofAny, value);

    private static Type Target(Type type) => type.IsByRef ? type.GetElementType()! : type;

    /// <summary>Whether a type says neither that its values are lists nor that they are not.</summary>
    private static bool IsSequence(Type type)
        => type == typeof(IEnumerable) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>));

    private static bool IsIterator(MethodInfo method)
        => IsSequence(method.ReturnType) && method.IsDefined(typeof(IteratorStateMachineAttribute), inherit: false);

    private static bool IsLazy(Type type)
    {
        if (type == typeof(IEnumerator) || typeof(IQueryable).IsAssignableFrom(type))
            return true;
        if (!type.IsGenericType)
            return false;

        var definition = type.GetGenericTypeDefinition();
        if (definition == typeof(Task<>) || definition == typeof(ValueTask<>))
            return typeof(IQueryable).IsAssignableFrom(type.GenericTypeArguments[0]) || IsStream(type.GenericTypeArguments[0]);

        return definition == typeof(IEnumerator<>) || definition == typeof(IAsyncEnumerator<>);
    }
}
