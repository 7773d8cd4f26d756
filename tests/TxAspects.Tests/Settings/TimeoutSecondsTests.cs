using TxAspects.Interception;

namespace TxAspects.Tests;

/// <summary>The one name that a timeout has in attributes and in options.</summary>
[TestClass]
public sealed class TimeoutSecondsTests
{
    [TestMethod]
    [DataRow(0d)]
    [DataRow(0.05)]
    [DataRow(0.29)]
    [DataRow(5d)]
    [DataRow(86_400_000d)]
    public void It_means_the_same_in_both(double seconds)
    {
        Assert.AreEqual(seconds, new UnitOfWorkOptions { TimeoutSeconds = seconds }.TimeoutSeconds);
        Assert.AreEqual(seconds, UnitOfWorkProxies.SettingsOf(new UnitOfWorkAttribute { TimeoutSeconds = seconds }).TimeoutSeconds);
    }

    [TestMethod]
    [DataRow(-1d)]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(1e12)]
    public void What_is_no_time_is_refused(double seconds)
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new UnitOfWorkOptions { TimeoutSeconds = seconds });

    [TestMethod]
    public void Longest_time_is_taken()
        => Assert.IsGreaterThan(9e11, new UnitOfWorkOptions { TimeoutSeconds = TimeSpan.MaxValue.TotalSeconds }.TimeoutSeconds);

    [TestMethod]
    public async Task Fraction_of_a_second_limits_a_unit()
    {
        var late = await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => Tx.RunAsync(
            async () =>
            {
                var cancelled = new TaskCompletionSource();
                await using var registration = Tx.Current!.CancellationToken.Register(cancelled.SetResult);
                await cancelled.Task;
            },
            new UnitOfWorkOptions { TimeoutSeconds = 0.02 }));

        Assert.AreEqual(TimeSpan.FromMilliseconds(20), late.Timeout);
    }
}
