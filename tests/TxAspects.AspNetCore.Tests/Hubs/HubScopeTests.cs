namespace TxAspects.AspNetCore.Tests;

[TestClass]
public sealed class HubScopeByMicrosoftTests : HubScopeSpecification
{
    protected override bool IsAutofac => false;
}

[TestClass]
public sealed class HubScopeByAutofacTests : HubScopeSpecification
{
    protected override bool IsAutofac => true;
}
