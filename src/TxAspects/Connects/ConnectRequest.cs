using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Configuration;

namespace TxAspects;

/// <summary>What a container gives to whoever makes a connect for <c>AddTxConnect</c>.</summary>
public sealed class ConnectRequest
{
    private readonly string? _given;

    /// <summary>Makes a request.</summary>
    /// <param name="name">The name of the registration, which becomes that of the connect.</param>
    /// <param name="services">The services of the container.</param>
    /// <param name="connectionString">The connection string. Default: that of the options which the registration brings along, else the
    /// one that is configured as <c>ConnectionStrings:name</c>.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ArgumentNullException">The services are null.</exception>
    public ConnectRequest(string name, IServiceProvider services, string? connectionString = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(services);
        (Name, Services, _given) = (name, services, connectionString);
    }

    /// <summary>The name of the registration, which becomes that of the connect.</summary>
    public string Name { get; }

    /// <summary>The services of the container; what is scoped cannot be had from them.</summary>
    public IServiceProvider Services { get; }

    /// <summary>EF Core's options that the registration brings along. Default: none.</summary>
    public Action<DbContextOptionsBuilder>? ConfigureContext { get; init; }

    /// <summary>The connection string that was given, or that the options brought along have, or that is configured.</summary>
    /// <exception cref="TxAspectsConfigurationException">There is none.</exception>
    public string ConnectionString
        => _given ?? (ConfigureContext is { } configure ? Brought(configure) : Configured($"ConnectionStrings:{Name}"))
            ?? throw new TxAspectsConfigurationException([
                ConfigureContext is null
                    ? $"The connect '{Name}' has no connection string. Configure 'ConnectionStrings:{Name}', or give one with the " +
                      "registration."
                    : $"The options that the connect '{Name}' takes over name no connection string; what they have may be a data source " +
                      "or a connection, which cannot be taken over. Give the connection string with the registration.",
            ]);

    /// <summary>The same settings, with what the container knows: the name, its services, and the options brought along.</summary>
    /// <exception cref="ArgumentNullException">The settings are null.</exception>
    public TSettings Complete<TSettings, TContext>(TSettings settings)
        where TSettings : ConnectSettings<TContext>
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(settings);
        var own = settings.ConfigureContext;
        return settings with
        {
            Name = Name,
            Services = settings.Services ?? Services,
            ConfigureContext = ConfigureContext is { } brought ? (builder => { brought(builder); own?.Invoke(builder); }) : own,
        };
    }

    private string? Brought(Action<DbContextOptionsBuilder> configure)
    {
        var builder = new DbContextOptionsBuilder();
        configure(builder);
        var text = builder.Options.Extensions.OfType<RelationalOptionsExtension>().FirstOrDefault()?.ConnectionString;

        // EF Core takes such a text for the key of one in the configuration.
        return text?.Split('=') is [var word, var key] && word.Trim().Equals("name", StringComparison.OrdinalIgnoreCase)
            ? Configured($"ConnectionStrings:{key.Trim()}") ?? Configured(key.Trim())
            : text;
    }

    private string? Configured(string key) => (Services.GetService(typeof(IConfiguration)) as IConfiguration)?[key];
}
