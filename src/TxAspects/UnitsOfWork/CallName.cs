namespace TxAspects.UnitsOfWork;

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

        var method = body.Method.Name;
        if (method.StartsWith('<') && method.IndexOf('>') is > 1 and var end)
            method = method[1..end];

        return type is null ? method : $"{type.Name.Split('`')[0]}.{method}";
    }
}
