namespace TxAspects.Testing.Tests.SetUps;

[TestClass]
public sealed class SuiteOf200CommittingSecondTests : SuiteOf200CommittingTests;
