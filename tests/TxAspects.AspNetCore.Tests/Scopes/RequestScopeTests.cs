namespace TxAspects.AspNetCore.Tests;

[TestClass]
public sealed class RequestScopeByMicrosoftTests : RequestScopeSpecification
{
    protected override bool IsAutofac => false;
}

[TestClass]
public sealed class RequestScopeByAutofacTests : RequestScopeSpecification
{
    protected override bool IsAutofac => true;
}
