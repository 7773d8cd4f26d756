using System.Collections;
using System.Collections.Concurrent;
using TxAspects.Calls;
using TxAspects.Calls.Bodies;

namespace TxAspects.Interception.Kinds;

/// <summary>A sequence that may be a list or lazy, which only the value tells.</summary>
internal sealed class SequenceKind<T> : ReturnKind
{
    public override void Intercept(in InterceptedCall call)
        => CallRunner.Run<Body, T>(call.Request, new Body(new SynchronousStart(call), call.Plan));

    private readonly struct Body(SynchronousStart start, MethodPlan plan) : ICallBody<T>
    {
        public T Invoke()
            => start.Proceed() is var value && Lists.Include(value)
                ? (T)value!
                : throw LazyResultException.Of(plan.Name.ToString(), value!);
    }
}

/// <inheritdoc cref="SequenceKind{T}"/>
internal sealed class TaskOfSequenceKind<T> : ReturnKind
{
    public override void Intercept(in InterceptedCall call)
        => call.Invocation.ReturnValue =
            CallRunner.RunAsync<Body, T>(call.Request, new Body(new Continuation(call, call.Plan.StartsLater), call.Plan)).AsTask();

    private readonly struct Body(Continuation continuation, MethodPlan plan) : IAsyncCallBody<T>
    {
        public async ValueTask<T> InvokeAsync() => Lists.Checked(await continuation.Proceed<Task<T>>().ConfigureAwait(false), plan);
    }
}

/// <inheritdoc cref="SequenceKind{T}"/>
internal sealed class ValueTaskOfSequenceKind<T> : ReturnKind
{
    public override void Intercept(in InterceptedCall call)
        => call.Invocation.ReturnValue =
            CallRunner.RunAsync<Body, T>(call.Request, new Body(new Continuation(call, call.Plan.StartsLater), call.Plan));

    private readonly struct Body(Continuation continuation, MethodPlan plan) : IAsyncCallBody<T>
    {
        public async ValueTask<T> InvokeAsync() => Lists.Checked(await continuation.Proceed<ValueTask<T>>().ConfigureAwait(false), plan);
    }
}

/// <summary>Which sequences have their elements already.</summary>
internal static class Lists
{
    private static readonly ConcurrentDictionary<Type, bool> ByType = new();

    public static bool Include(object? value)
        => value is null or ICollection or string || (value is not IQueryable && ByType.GetOrAdd(value.GetType(), IsList));

    /// <summary>After an await the rows are usually in memory, and LINQ over them does no harm. A query is certain to.</summary>
    public static T Checked<T>(T value, MethodPlan plan)
        => value is IQueryable ? throw LazyResultException.Of(plan.Name.ToString(), value) : value;

    private static bool IsList(Type type) => Array.Exists(type.GetInterfaces(), SaysList);

    private static bool SaysList(Type type)
        => type.IsGenericType && type.GetGenericTypeDefinition() is var definition &&
           (definition == typeof(ICollection<>) || definition == typeof(IReadOnlyCollection<>) || definition == typeof(ILookup<,>));
}
