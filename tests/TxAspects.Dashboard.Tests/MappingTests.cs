using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using System.Security.Claims;
using System.Text.Encodings.Web;

namespace TxAspects.Dashboard.Tests;

/// <summary>Who may map the page, and who may see it.</summary>
[TestClass]
public sealed class MappingTests
{
    [TestMethod]
    [DataRow("Production")]
    [DataRow("Staging")]
    [DataRow("development")]
    public async Task Without_a_policy_it_is_refused_outside_development_with_the_remedy(string environment)
    {
        var refusal = await Assert.ThrowsExactlyAsync<TxAspectsConfigurationException>(
            () => TestApp.StartRawAsync(app => app.MapTxAspects(), environment: environment));

        StringAssert.Contains(refusal.Message, $"the environment is '{environment}'");
        StringAssert.Contains(refusal.Message, "Set AuthorizationPolicy in its options");
    }

    [TestMethod]
    public async Task Policy_that_nobody_added_is_refused()
    {
        var refusal = await Assert.ThrowsExactlyAsync<TxAspectsConfigurationException>(() => TestApp.StartRawAsync(
            app => app.MapTxAspects("/tx", options => options.AuthorizationPolicy = "operators"),
            services => services.AddAuthorization(), "Production"));

        StringAssert.Contains(refusal.Message, "'operators'");
        StringAssert.Contains(refusal.Message, "AddAuthorization");
    }

    [TestMethod]
    public async Task Policy_without_authorization_is_refused()
    {
        var refusal = await Assert.ThrowsExactlyAsync<TxAspectsConfigurationException>(() => TestApp.StartRawAsync(
            app => app.MapTxAspects("/tx", options => options.AuthorizationPolicy = "operators"), environment: "Production"));

        StringAssert.Contains(refusal.Message, "Call AddAuthorization");
    }

    [TestMethod]
    public async Task Container_without_TxAspects_is_refused_with_the_remedy()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        await using var app = builder.Build();

        var refusal = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => app.MapTxAspects());

        StringAssert.Contains(refusal.Message, "AddTxAspects");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("page.js")]
    [DataRow("page.css")]
    [DataRow("api/now")]
    [DataRow("api/units")]
    [DataRow("api/units/1")]
    [DataRow("api/plan")]
    public async Task Policy_holds_for_every_address(string path)
    {
        await using var app = await TestApp.StartRawAsync(
            app => app.MapTxAspects("/tx", options => options.AuthorizationPolicy = "operators"), AddPolicy, "Production");

        using var asNobody = await app.Client.GetAsync($"/tx/{path}");
        using var asOperator = await app.Client.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, $"/tx/{path}") { Headers = { { "X-User", "operator" } } });

        Assert.AreEqual(HttpStatusCode.Unauthorized, asNobody.StatusCode);
        Assert.AreEqual(path == "api/units/1" ? HttpStatusCode.NotFound : HttpStatusCode.OK, asOperator.StatusCode);
    }

    [TestMethod]
    public async Task Address_without_a_slash_leads_to_the_page()
    {
        await using var app = await TestApp.StartAsync();

        using var answer = await app.Client.GetAsync("/tx?x=1");

        Assert.AreEqual("/tx/", answer.Headers.Location?.ToString());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("page.js")]
    [DataRow("api/now")]
    [DataRow("api/units/99")]
    public async Task Every_answer_keeps_the_browser_strict(string path)
    {
        await using var app = await TestApp.StartAsync();

        using var answer = await app.Client.GetAsync($"/tx/{path}");

        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        StringAssert.Contains(policy, "default-src 'none'");
        Assert.DoesNotContain("unsafe", policy);
        Assert.AreEqual("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.IsTrue(answer.Headers.CacheControl!.NoStore);
    }

    [TestMethod]
    public async Task Nothing_can_be_changed()
    {
        await using var app = await TestApp.StartAsync();

        using var answer = await app.Client.PostAsync("/tx/api/units/1", content: null);

        Assert.AreEqual(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    private static void AddPolicy(IServiceCollection services)
    {
        services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, HeaderHandler>("test", configureOptions: null);
        services.AddAuthorizationBuilder().AddPolicy("operators", policy => policy.RequireUserName("operator"));
    }

    private sealed class HeaderHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers["X-User"].ToString() is not { Length: > 0 } name)
                return Task.FromResult(AuthenticateResult.NoResult());

            var user = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], Scheme.Name));
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(user, Scheme.Name)));
        }
    }
}
