using Autofac;
using Autofac.Extensions.DependencyInjection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace TxAspects.AspNetCore.Tests.Injection;

[TestClass]
public sealed class InjectedRequestByMicrosoftTests : InjectedRequestSpecification
{
    protected override bool Proxies => true;

    protected override void Configure(WebApplicationBuilder builder)
    {
    }
}

[TestClass]
public sealed class InjectedRequestByAutofacTests : InjectedRequestSpecification
{
    protected override bool Proxies => false;

    protected override void Configure(WebApplicationBuilder builder)
    {
        builder.Host.UseServiceProviderFactory(new AutofacServiceProviderFactory());
        builder.Host.ConfigureContainer<ContainerBuilder>(container => container.RegisterModule(new TxAspectsModule()));
    }
}
