using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Interception;

namespace TxAspects.Dashboard.Serving;

/// <summary>Whether the page may be mapped.</summary>
internal static class Mapping
{
    private const string Development = "Development";

    /// <summary>The options of the container, whose units are shown.</summary>
    /// <exception cref="TxAspectsConfigurationException">The page may not be mapped.</exception>
    public static TxAspectsOptions Check(IServiceProvider services, TxAspectsDashboardOptions options)
    {
        var process = services.GetService<TxAspectsOptions>();
        List<string> mistakes = [];
        if (process is null)
        {
            mistakes.Add("MapTxAspects shows the units of a container that has TxAspects, and this one has not. Call AddTxAspects on the " +
                         "services, or register TxAspectsModule with Autofac.");
        }

        if (options.AuthorizationPolicy is { } policy)
            mistakes.AddRange(CheckPolicy(services, policy));
        else if (services.GetRequiredService<IWebHostEnvironment>().EnvironmentName is not Development and var environment)
        {
            mistakes.Add($"MapTxAspects shows what the application does, and the environment is '{environment}', so it needs an " +
                         "authorization policy. Set AuthorizationPolicy in its options, or map the page in 'Development' alone.");
        }

        UnitOfWorkProxies.ThrowIfAny(mistakes);
        return process!;
    }

    private static IEnumerable<string> CheckPolicy(IServiceProvider services, string policy)
    {
        if (services.GetService<IAuthorizationPolicyProvider>() is not { } policies)
            yield return "MapTxAspects has an authorization policy, but the services have no authorization. Call AddAuthorization.";

        // A provider of the application's own may have to look it up; then a request finds out.
        else if (policies.GetPolicyAsync(policy) is { IsCompletedSuccessfully: true } found && found.Result is null)
            yield return $"MapTxAspects has the authorization policy '{policy}', which nobody has added. Add it in AddAuthorization.";
    }
}
