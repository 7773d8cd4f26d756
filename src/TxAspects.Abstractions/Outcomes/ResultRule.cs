namespace TxAspects;

/// <summary>A returned type and when a value of it means failure.</summary>
internal sealed record ResultRule(Type ResultType, Func<object, bool> IsFailure)
{
    public static ResultRule Create<TResult>(Func<TResult, bool> isFailure)
    {
        ArgumentNullException.ThrowIfNull(isFailure);
        return new ResultRule(typeof(TResult), value => isFailure((TResult)value));
    }

    public static ResultRule Create(Type resultType, Func<object, bool> isFailure)
    {
        ArgumentNullException.ThrowIfNull(resultType);
        ArgumentNullException.ThrowIfNull(isFailure);
        return new ResultRule(resultType, isFailure);
    }
}
