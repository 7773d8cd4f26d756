using Autofac.Core.Registration;

namespace TxAspects.Autofac;

/// <summary>What is wrong with the components of one container, from every module and registration that looked.</summary>
internal sealed class Mistakes
{
    private const string Key = "TxAspects.Mistakes";
    private readonly List<string> _found = [];    // lock on it: components of open generics are made while resolving

    public static Mistakes In(IComponentRegistryBuilder registry)
    {
        if (registry.Properties.TryGetValue(Key, out var found) && found is Mistakes mistakes)
            return mistakes;

        mistakes = new Mistakes();
        registry.Properties[Key] = mistakes;
        return mistakes;
    }

    public void Add(string mistake)
    {
        lock (_found)
        {
            if (!_found.Contains(mistake))
                _found.Add(mistake);
        }
    }

    /// <summary>Throws what was found, and forgets it: a scope that failed must not spoil the container it was to begin in.</summary>
    public void ThrowIfAny()
    {
        string[] found;
        lock (_found)
        {
            found = [.. _found];
            _found.Clear();
        }

        UnitOfWorkProxies.ThrowIfAny(found);
    }
}
