using Microsoft.CodeAnalysis;

namespace TxAspects.Analyzers;

/// <summary>What an attribute of a unit of work asks for.</summary>
internal sealed class UnitAttribute
{
    // The order of TxAspects.Propagation.
    private const int Required = 0;
    private const int RequiresNew = 1;
    private const int Nested = 2;
    private const int Mandatory = 3;
    private const int NotSupported = 5;
    private const int Never = 6;
    private const int Outermost = 7;
    private const int Unspecified = -1;

    private readonly AttributeData? _data;
    private readonly bool _isNewContext;

    public UnitAttribute(AttributeData? data, bool isNewContext)
    {
        _data = data;
        _isNewContext = isNewContext;
    }

    /// <summary>A unit that is opened by a call of Tx.RunAsync or the like.</summary>
    public static UnitAttribute OfCall { get; } = new(null, isNewContext: false);

    /// <summary>Whether a call of such a method runs in a unit for certain.</summary>
    public bool AlwaysHasUnit => Propagation is Required or RequiresNew or Nested or Mandatory or Outermost;

    /// <summary>Whether such a call may end with a commit of its own.</summary>
    public bool MayCommit => Propagation is Required or RequiresNew or Outermost;

    /// <summary>Whether such a call runs in the unit of its caller.</summary>
    public bool Joins => Propagation is Required or Mandatory;

    public bool IsNested => Propagation is Nested;

    public int IsolationLevel => Value("IsolationLevel", Unspecified);

    public int MaxRetries => Value("MaxRetries", 0);

    /// <summary>Whether both attributes ask for the same relation to the unit that is open.</summary>
    public bool IsLike(UnitAttribute? other) => other is not null && Propagation == other.Propagation;

    /// <summary>What the attribute asks for besides joining, in words; null where it asks for nothing else.</summary>
    public string? OtherThanJoining(UnitAttribute? caller) => Propagation switch
    {
        RequiresNew => "a unit of its own",
        Nested => "a savepoint of its own",

        // The caller may well have no unit, and then nothing is lost.
        NotSupported => caller is { AlwaysHasUnit: true } ? "to run without a unit" : null,
        Never or Outermost => caller is { AlwaysHasUnit: true } ? "that no unit is open" : null,
        _ when IsolationLevel != Unspecified && IsolationLevel != caller?.IsolationLevel => "an isolation level",
        _ when MaxRetries > 0 && caller is null => "to be repeated",
        _ => null,
    };

    private int Propagation => Value("Propagation", _isNewContext ? RequiresNew : Required);

    private int Value(string name, int otherwise)
        => _data?.NamedArguments.FirstOrDefault(one => one.Key == name).Value.Value is int value ? value : otherwise;
}
