using System.Reflection;
using System.Threading.Channels;

namespace TxAspects.AspNetCore.Hubs;

/// <summary>The settings for calls of a hub method: from its own attribute, else from its hub's.</summary>
internal static class HubSettings
{
    private static readonly UnitOfWorkOptions NoUnit = new() { Propagation = Propagation.NotSupported };

    public static UnitOfWorkOptions Of(MethodInfo method)
    {
        var name = $"{method.ReflectedType!.Name}.{method.Name}";
        var own = method.GetCustomAttribute<UnitOfWorkAttribute>();
        var attribute = own ?? method.ReflectedType.GetCustomAttribute<UnitOfWorkAttribute>();
        var settings = attribute is null ? new UnitOfWorkOptions() : UnitOfWorkProxies.SettingsOf(attribute);
        UnitOfWorkProxies.ThrowIfAny([.. Check(name, own, attribute, IsStream(method.ReturnType))]);
        return settings.Propagation is Propagation.Supports or Propagation.NotSupported or Propagation.Never || IsStream(method.ReturnType)
            ? NoUnit
            : settings with { Name = name, Propagation = Propagation.RequiresNew, InheritReadOnly = settings.ReadOnly };
    }

    private static IEnumerable<string> Check(string name, UnitOfWorkAttribute? own, UnitOfWorkAttribute? attribute, bool isStream)
    {
        if (attribute is null)
            yield break;

        foreach (var finding in UnitOfWorkProxies.Check(name, attribute))
            yield return finding;
        if (attribute.MaxRetries > 0)
            yield return $"'{name}' sets MaxRetries, but a call of a hub cannot be repeated. Declare it on a service with [NewContext] that the hub calls.";
        if (attribute.Propagation is Propagation.Mandatory)
            yield return $"'{name}' has Propagation.Mandatory, but nothing is open around a call of a hub. Remove the propagation.";
        if (own is not null && isStream)
            yield return $"'{name}' streams to its client, and a unit around it would end before the first item. Move [UnitOfWork] to a service that returns the stream.";
    }

    private static bool IsStream(Type type)
        => type.IsGenericType && type.GetGenericTypeDefinition() is var definition &&
           (definition == typeof(Task<>) || definition == typeof(ValueTask<>)
               ? IsStream(type.GetGenericArguments()[0])
               : definition == typeof(IAsyncEnumerable<>) || definition == typeof(ChannelReader<>));
}
