namespace TxAspects.Units;

/// <summary>The name of what opened or joined a unit, put together only when a message needs it.</summary>
internal readonly struct CallName
{
    private readonly object? _source;

    public CallName(string name) => _source = name;

    public CallName(Delegate body) => _source = body;

    public override string ToString() => _source switch
    {
        string name => name,
        Delegate body => Describe(body),
        _ => "",
    };

    // A lambda in 'Importer.ImportAsync' is compiled to a method '<ImportAsync>b__0' of a class nested in 'Importer'.
    private static string Describe(Delegate body)
    {
        var type = body.Method.DeclaringType;
        while (type is { DeclaringType: { } outer } && type.Name.StartsWith('<'))
            type = outer;

        // Of top-level statements the method is '<<Main>$>b__0'.
        var method = body.Method.Name.TrimStart('<').Split('>')[0];
        return type is null ? method : $"{type.Name.Split('`')[0]}.{method}";
    }
}
