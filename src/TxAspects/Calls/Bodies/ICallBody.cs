namespace TxAspects.Calls.Bodies;

/// <summary>What runs inside a call, synchronously. Implemented by structs, so that a call allocates none.</summary>
internal interface ICallBody<out T>
{
    T Invoke();
}

/// <summary>What runs inside a call, asynchronously.</summary>
internal interface IAsyncCallBody
{
    ValueTask InvokeAsync();
}

/// <inheritdoc cref="IAsyncCallBody"/>
internal interface IAsyncCallBody<T>
{
    ValueTask<T> InvokeAsync();
}

/// <summary>The value of a body that has none.</summary>
internal readonly struct Nothing;
