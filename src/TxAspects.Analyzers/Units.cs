using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TxAspects.Analyzers;

/// <summary>What the compiler knows of units of work: which methods are declared as such, and which code runs in one.</summary>
internal sealed class Units
{
    /// <summary>What runs a function inside a unit for certain.</summary>
    private static readonly string[] BodiesInUnit =
        ["Run", "RunAsync", "RunInNewContext", "RunInNewContextAsync", "OnCommitting"];

    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol _unitOfWork;
    private readonly INamedTypeSymbol? _newContext;

    private Units(Compilation compilation, INamedTypeSymbol unitOfWork)
    {
        _compilation = compilation;
        _unitOfWork = unitOfWork;
        _newContext = compilation.GetTypeByMetadataName("TxAspects.NewContextAttribute");
        Tx = compilation.GetTypeByMetadataName("TxAspects.Tx");
        HasEndpoints = compilation.GetTypeByMetadataName("TxAspects.TxAspectsMiddlewareOptions") is not null;
    }

    /// <summary>The facade, or null where only the attributes are referenced.</summary>
    public INamedTypeSymbol? Tx { get; }

    /// <summary>Whether attributes may stand on endpoints, which are called by no proxy.</summary>
    public bool HasEndpoints { get; }

    /// <summary>Null where the compilation does not know TxAspects.</summary>
    public static Units? Of(Compilation compilation)
        => compilation.GetTypeByMetadataName("TxAspects.UnitOfWorkAttribute") is { } attribute ? new Units(compilation, attribute) : null;

    /// <summary>The attribute written on a symbol itself.</summary>
    public UnitAttribute? Own(ISymbol symbol)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            for (var type = attribute.AttributeClass; type is not null; type = type.BaseType)
            {
                if (SymbolEqualityComparer.Default.Equals(type, _unitOfWork))
                    return new UnitAttribute(attribute, SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, _newContext));
            }
        }

        return null;
    }

    /// <summary>The attribute on a method, on one that it overrides, or on an interface method that it implements.</summary>
    public UnitAttribute? OfMethod(IMethodSymbol method)
    {
        for (var one = method.OriginalDefinition; one is not null; one = one.OverriddenMethod?.OriginalDefinition)
        {
            if (Own(one) is { } found)
                return found;
        }

        return Implemented(method.OriginalDefinition).Select(Own).FirstOrDefault(found => found is not null);
    }

    /// <summary>The attribute that a call of a method runs under, as far as the static types tell.</summary>
    public UnitAttribute? OfCall(IMethodSymbol method)
    {
        if (method.IsStatic || IsDisposal(method) ||
            method.MethodKind is not (MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation))
            return null;
        if (OfMethod(method) is { } found)
            return found;

        var isVisible = method.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal;
        return isVisible || method.ContainingType.TypeKind is TypeKind.Interface ? OfType(method) : null;
    }

    /// <summary>The attribute of the unit that certainly is around an operation, or null.</summary>
    public UnitAttribute? Around(IOperation operation, ISymbol containing)
    {
        for (var one = operation.Parent; one is not null; one = one.Parent)
        {
            // An atomic block runs at once, in the unit that is around it.
            if (one is IAnonymousFunctionOperation or ILocalFunctionOperation && !IsBodyOf(one, "Atomic", "AtomicAsync"))
                return IsBodyOf(one, BodiesInUnit) && !HasNoUnit(BodyOf(one)!) ? UnitAttribute.OfCall : null;
        }

        return containing is IMethodSymbol method && OfCall(method) is { AlwaysHasUnit: true } attribute ? attribute : null;
    }

    /// <summary>
    /// Whether a class of this compilation implements an interface's method under an attribute that does not join. Slow: ask last.
    /// </summary>
    public bool IsImplementedApart(IMethodSymbol method)
    {
        var declared = method.OriginalDefinition;
        return declared.ContainingType.TypeKind is TypeKind.Interface && Types(_compilation.Assembly.GlobalNamespace)
            .Where(type => type.TypeKind is TypeKind.Class)
            .SelectMany(type => type.AllInterfaces
                .Where(one => SymbolEqualityComparer.Default.Equals(one.OriginalDefinition, declared.ContainingType))
                .SelectMany(one => one.GetMembers(declared.Name))
                .Where(one => SymbolEqualityComparer.Default.Equals(one.OriginalDefinition, declared))
                .Select(type.FindImplementationForInterfaceMember))
            .OfType<IMethodSymbol>()
            .Any(one => OfCall(one) is { Joins: false });
    }

    /// <summary>Whether a member belongs to the library itself, so that its task is that of a unit.</summary>
    public bool IsOfLibrary(IMethodSymbol method)
        => Tx is not null && SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, Tx.ContainingAssembly);

    /// <summary>Whether a method is one of the facade.</summary>
    public bool IsTx(IMethodSymbol method) => Tx is not null && SymbolEqualityComparer.Default.Equals(method.ContainingType, Tx);

    /// <summary>Whether a method is one of the facade with such a name.</summary>
    public bool IsTx(IMethodSymbol method, params string[] names) => IsTx(method) && names.Contains(method.Name);

    /// <summary>Whether a function is written as an argument of a method of the facade with such a name.</summary>
    public bool IsBodyOf(IOperation function, params string[] names)
        => BodyOf(function) is { } call && IsTx(call.TargetMethod, names);

    /// <summary>Whether the options of a call say that it may well run without a unit.</summary>
    public static bool HasNoUnit(IInvocationOperation call)
        => call.Arguments.Where(one => one.Value.Unconverted() is not IDelegateCreationOperation)
            .SelectMany(one => one.Descendants())
            .Any(one => one is IFieldReferenceOperation
                { Field: { Name: "NotSupported" or "Never" or "Supports", ContainingType.Name: "Propagation" } });

    private static IInvocationOperation? BodyOf(IOperation function)
        => function.Parent is IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation call } } ? call : null;

    private UnitAttribute? OfType(IMethodSymbol method)
    {
        for (var type = method.ContainingType; type is not null; type = type.BaseType)
        {
            if (Own(type) is { } found)
                return found;
        }

        return Implemented(method.OriginalDefinition).Select(one => Own(one.ContainingType)).FirstOrDefault(found => found is not null);
    }

    private static IEnumerable<IMethodSymbol> Implemented(IMethodSymbol method)
    {
        var type = method.ContainingType;
        if (type is null || type.TypeKind is TypeKind.Interface)
            return [];

        return type.AllInterfaces
            .SelectMany(one => one.GetMembers().OfType<IMethodSymbol>())
            .Where(one => SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(one), method))
            .Select(one => one.OriginalDefinition);
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container)
        => container.GetMembers().OfType<INamespaceOrTypeSymbol>()
            .SelectMany(one => one is INamedTypeSymbol type ? Types(type).Append(type) : Types(one));

    private static bool IsDisposal(IMethodSymbol method) => method.Name is "Dispose" or "DisposeAsync" && method.Parameters.IsEmpty;
}
