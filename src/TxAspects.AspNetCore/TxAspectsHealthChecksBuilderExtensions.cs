using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TxAspects.AspNetCore.Health;

namespace TxAspects;

/// <summary>Health checks for connects.</summary>
public static class TxAspectsHealthChecksBuilderExtensions
{
    /// <summary>Reports whether the database of a connect answers.</summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="connect">The connect, whose own pool and host are used.</param>
    /// <param name="name">Default: the connect's name.</param>
    /// <param name="failureStatus">What to report where it does not answer. Default: unhealthy.</param>
    /// <param name="tags">Tags to choose checks by. Default: none.</param>
    /// <param name="timeout">How long it may take. Default: no limit but the connection string's.</param>
    public static IHealthChecksBuilder AddTxAspects(
        this IHealthChecksBuilder builder, DbConnect connect, string? name = null, HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(connect);
        var check = new ConnectHealthCheck(connect);
        return builder.Add(new HealthCheckRegistration(name ?? connect.Name, check, failureStatus, tags, timeout));
    }

    /// <summary>The same for a connect of the container, registered with <c>AddTxConnect</c>.</summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The name of the connect, which becomes that of the check.</param>
    /// <param name="failureStatus">What to report where it does not answer. Default: unhealthy.</param>
    /// <param name="tags">Tags to choose checks by. Default: none.</param>
    /// <param name="timeout">How long it may take. Default: no limit but the connection string's.</param>
    public static IHealthChecksBuilder AddTxAspects(
        this IHealthChecksBuilder builder, string name, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.Add(new HealthCheckRegistration(
            name, provider => new ConnectHealthCheck(provider.GetRequiredKeyedService<DbConnect>(name)), failureStatus, tags, timeout));
    }
}
