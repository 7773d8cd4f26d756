using System.Collections.Concurrent;
using System.Reflection;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using Xunit.Abstractions;
using Xunit.Sdk;
using TestFilter = NUnit.Framework.Internal.TestFilter;
using TestListener = NUnit.Framework.Internal.TestListener;

namespace TxAspects.Docs.Tests.Frameworks;

/// <summary>What docs/testing.md shows for NUnit and xUnit is run by these frameworks themselves.</summary>
[TestClass]
[DoNotParallelize]
public sealed class FrameworkTests
{
    [TestMethod]
    public void NUnit_runs_its_example()
    {
        var runner = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
        runner.Load(Assembly.GetExecutingAssembly(), new Dictionary<string, object>());

        var result = runner.Run(TestListener.NULL, TestFilter.Empty);

        Assert.AreEqual("", string.Join('\n', Failures(result)));
        Assert.AreEqual(2, result.PassCount);
    }

    [TestMethod]
    public async Task XUnit_runs_its_example()
    {
        using var framework = new XunitTestFramework(new Sink());
        using var executor = framework.GetExecutor(Assembly.GetExecutingAssembly().GetName());
        var sink = new Sink();

        executor.RunAll(sink, new NoOptions(), new NoOptions());
        await sink.Finished.WaitAsync(TimeSpan.FromMinutes(5));

        Assert.AreEqual("", string.Join('\n', sink.Failures));
        Assert.AreEqual(1, sink.Passed);
    }

    private static IEnumerable<string> Failures(ITestResult result)
        => result.Children.SelectMany(Failures)
            .Concat(result.ResultState.Status is TestStatus.Failed ? [$"{result.Name}: {result.Message}"] : []);

    private sealed class Sink : IMessageSink
    {
        private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _passed;

        public ConcurrentQueue<string> Failures { get; } = [];

        public int Passed => _passed;

        public Task Finished => _finished.Task;

        public bool OnMessage(IMessageSinkMessage message)
        {
            if (message is ITestPassed)
                Interlocked.Increment(ref _passed);
            if (message is IFailureInformation failure)
                Failures.Enqueue(string.Join('\n', failure.Messages));
            if (message is ITestAssemblyFinished)
                _finished.SetResult();
            return true;
        }
    }

    private sealed class NoOptions : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        public TValue GetValue<TValue>(string name) => default!;

        public void SetValue<TValue>(string name, TValue value)
        {
        }
    }
}
