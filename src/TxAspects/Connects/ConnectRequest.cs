using Microsoft.EntityFrameworkCore;

namespace TxAspects;

/// <summary>What a container gives to whoever makes a connect for <c>AddTxConnect</c>.</summary>
public sealed class ConnectRequest
{
    private readonly Func<string> _connectionString;

    /// <summary>Makes a request.</summary>
    /// <param name="name">The name of the registration, which becomes that of the connect.</param>
    /// <param name="services">The services of the container.</param>
    /// <param name="connectionString">Tells the connection string, or throws where there is none.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public ConnectRequest(string name, IServiceProvider services, Func<string> connectionString)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(connectionString);
        (Name, Services, _connectionString) = (name, services, connectionString);
    }

    /// <summary>The name of the registration, which becomes that of the connect.</summary>
    public string Name { get; }

    /// <summary>The services of the container; what is scoped cannot be had from them.</summary>
    public IServiceProvider Services { get; }

    /// <summary>EF Core's options that the registration brings along. Default: none.</summary>
    public Action<DbContextOptionsBuilder>? ConfigureContext { get; init; }

    /// <summary>The connection string that was given with the registration, or that is configured under its name.</summary>
    /// <exception cref="TxAspectsConfigurationException">There is none.</exception>
    public string ConnectionString => _connectionString();

    /// <summary>The same settings, with what the container knows: the name, its services, and the options brought along.</summary>
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
}
