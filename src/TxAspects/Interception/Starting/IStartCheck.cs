namespace TxAspects.Interception.Starting;

/// <summary>Looks at an application that has started for what is declared and can have no effect.</summary>
public interface IStartCheck
{
    /// <summary>Throws one exception with everything that is found.</summary>
    /// <exception cref="TxAspectsConfigurationException">There is something.</exception>
    void Check(IServiceProvider provider);
}
