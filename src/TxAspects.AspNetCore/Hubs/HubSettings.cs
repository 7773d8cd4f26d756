using System.Reflection;
using System.Threading.Channels;
using TxAspects.Interception;

namespace TxAspects.AspNetCore.Hubs;

/// <summary>The settings for calls of a hub method: from its own attribute, else from its hub's.</summary>
internal static class HubSettings
{
    private static readonly UnitOfWorkOptions NoUnit = new() { Propagation = Propagation.NotSupported };

    public static UnitOfWorkOptions Of(MethodInfo method)
    {
        var hub = method.ReflectedType!;
        var name = $"{hub.Name}.{method.Name}";
        var own = method.GetCustomAttribute<UnitOfWorkAttribute>();
        if (IsStream(method.ReturnType))
        {
            if (own is not null)
                UnitOfWorkProxies.ThrowIfAny([OfStream(name)]);
            return NoUnit;
        }

        if ((own ?? hub.GetCustomAttribute<UnitOfWorkAttribute>()) is not { } attribute)
            return new UnitOfWorkOptions { Name = name, Propagation = Propagation.RequiresNew, AdoptSettings = true };

        UnitOfWorkProxies.ThrowIfAny([.. Declarations.Check(name, "a call of a hub", attribute)]);
        var settings = UnitOfWorkProxies.SettingsOf(attribute);
        if (settings.IsWithoutUnit())
            return NoUnit;

        return settings with { Name = name, Propagation = Propagation.RequiresNew, InheritReadOnly = settings.ReadOnly };
    }

    private static string OfStream(string name)
        => $"'{name}' streams to its client, and a unit around it would end before the first item. " +
           "Move [UnitOfWork] to a service that returns the stream.";

    private static bool IsStream(Type type)
        => type.IsGenericType && type.GetGenericTypeDefinition() is var definition &&
           (definition == typeof(Task<>) || definition == typeof(ValueTask<>)
               ? IsStream(type.GetGenericArguments()[0])
               : definition == typeof(IAsyncEnumerable<>) || definition == typeof(ChannelReader<>));
}
