using System.Diagnostics;
using TxAspects.Units;
using TxAspects.Units.Ambient;

namespace TxAspects.Calls;

/// <summary>One call's part in a unit: what happens before its body, and after it returned or threw.</summary>
internal abstract class UnitOfWorkCall
{
    /// <summary>What is ambient in the body, or null for no unit.</summary>
    public abstract UnitNode? Node { get; }

    /// <summary>The unit that this call opened, or null.</summary>
    public virtual UnitOfWork? Opened => null;

    /// <summary>The span of this call, or null where it has none of its own or nobody listens.</summary>
    public virtual Activity? Span => null;

    /// <summary>The next attempt, where this one failed and may succeed then.</summary>
    public virtual Attempt? Next => null;

    /// <summary>Makes unit and span ambient until the result is disposed.</summary>
    public EnteredCall Enter() => new(Node, Span);

    public virtual ValueTask BeginAsync(bool async) => default;

    /// <summary>The body returned.</summary>
    public abstract ValueTask CompleteAsync<T>(T result, bool async);

    /// <summary>An exception left the body. Throws nothing, so that the caller gets that exception.</summary>
    public abstract ValueTask FailAsync(Exception exception, bool async);

    /// <summary>The body was left before its end without an exception, as a sequence can be.</summary>
    public virtual ValueTask AbandonAsync(bool async) => default;
}
