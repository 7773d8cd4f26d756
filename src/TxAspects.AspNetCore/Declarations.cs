using TxAspects.Interception;

namespace TxAspects.AspNetCore;

/// <summary>What is declared where a unit is opened from outside: by a request, or by a call of a hub.</summary>
internal static class Declarations
{
    /// <summary>
    /// Whether it is declared that there is no unit: around a request or a call of a hub none is open that could be joined or hidden.
    /// </summary>
    public static bool IsWithoutUnit(this UnitOfWorkOptions settings)
        => settings.Propagation is Propagation.Supports or Propagation.NotSupported or Propagation.Never;

    /// <summary>The mistakes in an attribute.</summary>
    public static IEnumerable<string> Check(string place, string opener, UnitOfWorkAttribute attribute)
        => UnitOfWorkProxies.Check(place, attribute).Concat(Check(place, opener, attribute.MaxRetries, attribute.Propagation));

    /// <summary>The mistakes in settings.</summary>
    public static IEnumerable<string> Check(string place, string opener, UnitOfWorkOptions settings)
        => Check(place, opener, settings.MaxRetries, settings.Propagation);

    private static IEnumerable<string> Check(string place, string opener, int maxRetries, Propagation propagation)
    {
        if (maxRetries > 0)
        {
            yield return $"'{place}' sets MaxRetries, but {opener} cannot be repeated. " +
                         "Declare it on a service with [NewContext], or on one that is called where there is no unit.";
        }

        if (propagation is Propagation.Mandatory)
            yield return $"'{place}' has Propagation.Mandatory, but nothing is open around {opener}. Remove the propagation.";
    }
}
