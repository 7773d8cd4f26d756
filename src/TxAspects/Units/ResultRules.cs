using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace TxAspects.Units;

/// <summary>Which returned values mean failure. The nearest rule to the value's own type decides, and is looked up once per type.</summary>
internal sealed class ResultRules(IReadOnlyList<ResultRule> rules)
{
    private readonly ConcurrentDictionary<Type, Func<object, bool>?> _byType = new();

    public bool IsEmpty => rules.Count == 0;

    /// <summary>Whether a value means failure, by the options of a call, then by those of the process, then by its own type.</summary>
    public static bool MeanFailure<T>(T result, UnitOfWorkOptions options, TxAspectsOptions processOptions)
    {
        if (result is null)
            return false;

        return options.ResultRules.Count > 0 && new ResultRules(options.ResultRules).IsFailure(result) is { } ofCall
            ? ofCall
            : processOptions.ResultRules.IsFailure(result) ?? result is IUnitOfWorkResult { IsFailure: true };
    }

    /// <summary>Whether anything may say that a value means failure.</summary>
    public static bool SpeakOf<T>(T result, UnitOfWorkOptions options, TxAspectsOptions processOptions)
        => options.ResultRules.Count > 0 || !processOptions.ResultRules.IsEmpty || result is IUnitOfWorkResult;

    public ResultRules With(ResultRule rule) => new([.. rules, rule]);

    /// <summary>True, false, or null where no rule speaks of this type.</summary>
    public bool? IsFailure<T>([DisallowNull] T value)
        => IsEmpty ? null : _byType.GetOrAdd(value.GetType(), Find)?.Invoke(value);

    private Func<object, bool>? Find(Type type)
    {
        for (var level = type; level is not null; level = level.BaseType)
        {
            if (RuleFor(level) is { } rule)
                return rule;

            // An interface belongs to the level that adds it, so a rule for it is nearer than one for a base class.
            var inherited = level.BaseType?.GetInterfaces() ?? [];
            var added = level.GetInterfaces().Except(inherited).ToArray();
            if (added.Select(RuleFor).Where(found => found is not null).FirstOrDefault() is { } fromInterface)
                return fromInterface;
        }

        return null;
    }

    // The last rule given for a type replaces earlier ones.
    private Func<object, bool>? RuleFor(Type type)
        => rules.LastOrDefault(rule => rule.ResultType == type || IsDefinitionOf(rule.ResultType, type))?.IsFailure;

    private static bool IsDefinitionOf(Type ruleType, Type type)
        => ruleType.IsGenericTypeDefinition && type.IsGenericType && type.GetGenericTypeDefinition() == ruleType;
}
