using TxAspects.Calls;
using TxAspects.Interception.Kinds;
using TxAspects.Units;

namespace TxAspects.Interception;

/// <summary>What is known about an intercepted method before it is called.</summary>
internal sealed record MethodPlan(UnitOfWorkOptions Options, CallName Name, ReturnKind ReturnKind)
{
    /// <summary>
    /// True when the method may start after its interceptor returned, so that Castle's place in the pipeline must be kept.
    /// </summary>
    public bool StartsLater { get; } = StartsLaterUnder(Options);

    public static bool StartsLaterUnder(UnitOfWorkOptions options) => options.Propagation is Propagation.Nested || options.MaxRetries > 0;

    public CallRequest In(TxAspectsOptions processOptions) => new(processOptions, Options, Name);
}
