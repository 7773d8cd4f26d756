using System.Diagnostics;

namespace TxAspects.UnitsOfWork;

/// <summary>One call's part in a unit: what happens before its body, and after it returned or threw.</summary>
internal abstract class UnitOfWorkCall
{
    /// <summary>What is ambient in the body, or null for no unit.</summary>
    public abstract UnitNode? Node { get; }

    /// <summary>Decides by propagation whether a call opens a unit, joins one, nests in one, or runs without.</summary>
    public static UnitOfWorkCall Create(CallRequest request, Attempt attempt, bool isSynchronous)
    {
        var options = request.Options;
        var name = request.Name;
        return options.Propagation switch
        {
            Propagation.Required => AmbientUnit.OpenOrNone() is { } open ? new JoiningCall(open, options, name) : Opening(),
            Propagation.RequiresNew => Opening(),
            Propagation.Nested => AmbientUnit.OpenOrNone() is { } open ? new NestedCall(open, options, name) : Opening(),
            Propagation.Mandatory => new JoiningCall(
                AmbientUnit.OpenOrNone() ?? throw NoUnitOfWorkException.ForMethod(name.ToString()), options, name),
            Propagation.Supports => AmbientUnit.OpenOrNone() is { } open ? new JoiningCall(open, options, name) : PlainCall.Instance,
            Propagation.NotSupported => PlainCall.Instance,
            Propagation.Never => AmbientUnit.Open is { } open
                ? throw new UnitOfWorkOpenException(name.ToString(), open.Name) : PlainCall.Instance,
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Propagation, "This propagation does not exist."),
        };

        OpeningCall Opening() => new(new UnitOfWork(request, attempt, isSynchronous));
    }

    /// <summary>Whether a call is certain to open a unit, whatever else is ambient.</summary>
    public static bool Opens(CallRequest request) => request.Options.Propagation switch
    {
        Propagation.RequiresNew => true,
        Propagation.Required or Propagation.Nested => AmbientUnit.IsNone,
        _ => false,
    };

    /// <summary>The outermost call of a unit.</summary>
    public static UnitOfWorkCall Of(UnitOfWork opened) => new OpeningCall(opened);

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

    /// <summary>The outermost call: it decides.</summary>
    private sealed class OpeningCall(UnitOfWork unit) : UnitOfWorkCall
    {
        public override UnitNode? Node => unit.Node;

        public override UnitOfWork? Opened => unit;

        public override Activity? Span => unit.Span;

        public override Attempt? Next => unit.Next;

        public override ValueTask CompleteAsync<T>(T result, bool async) => unit.CompleteAsync(result, async);

        public override ValueTask FailAsync(Exception exception, bool async) => unit.FailAsync(exception, async);

        public override ValueTask AbandonAsync(bool async) => unit.AbandonAsync(async);
    }

    /// <summary>A call without a unit; one that is open around it is hidden.</summary>
    private sealed class PlainCall : UnitOfWorkCall
    {
        public static readonly PlainCall Instance = new();

        public override UnitNode? Node => null;

        public override ValueTask CompleteAsync<T>(T result, bool async) => default;

        public override ValueTask FailAsync(Exception exception, bool async) => default;
    }
}
