using System.Net;
using Microsoft.AspNetCore.Authorization;

namespace SampleWeb.Hosting;

/// <summary>
/// The policy for pages that show what the program does: to this machine alone. An application that others reach asks for a role.
/// </summary>
internal static class LocalOnly
{
    public const string Name = "local";

    public static void AddLocalOnly(this IServiceCollection services)
        => services.AddAuthorizationBuilder().AddPolicy(Name, policy => policy.RequireAssertion(IsLocal));

    private static bool IsLocal(AuthorizationHandlerContext context)
        => context.Resource is HttpContext { Connection.RemoteIpAddress: { } from } && IPAddress.IsLoopback(from);
}
