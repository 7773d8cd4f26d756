namespace TxAspects.Testing.Tests.SetUps;

[TestClass]
public sealed class SuiteOf200CommittingFirstTests : SuiteOf200CommittingTests;
