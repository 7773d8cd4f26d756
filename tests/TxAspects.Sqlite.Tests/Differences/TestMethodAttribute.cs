using System.Runtime.CompilerServices;

namespace TxAspects.Tests;

/// <summary>
/// Runs a test of the shared suites as it is. Where <see cref="Difference"/> says that SQLite is different there, the test must fail: one
/// that passes is no difference any more. The linked suites mean this attribute, because it is in their own namespace.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TestMethodAttribute([CallerFilePath] string file = "", [CallerLineNumber] int line = -1)
    : Microsoft.VisualStudio.TestTools.UnitTesting.TestMethodAttribute(file, line)
{
    public override async Task<TestResult[]> ExecuteAsync(ITestMethod testMethod)
    {
        ArgumentNullException.ThrowIfNull(testMethod);
        var results = await base.ExecuteAsync(testMethod);
        return Difference.Of(testMethod) is { } reason ? [.. results.Select(result => Inverted(result, reason))] : results;
    }

    private static TestResult Inverted(TestResult result, string reason) => result.Outcome is UnitTestOutcome.Passed
        ? new TestResult
        {
            DisplayName = result.DisplayName,
            Outcome = UnitTestOutcome.Failed,
            TestFailureException = new AssertFailedException($"It passes, so take it out of the differences: {reason}"),
        }
        : new TestResult
        {
            DisplayName = result.DisplayName,
            Outcome = UnitTestOutcome.Passed,
            LogOutput = $"It fails, as it must: {reason}",
        };
}
