using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Tests;

/// <summary>Options from configuration.</summary>
[TestClass]
public sealed class ConfiguredOptionsTests
{
    [TestMethod]
    public void Options_are_read()
        => Assert.AreEqual(TimeSpan.FromMilliseconds(50), Read(("RetryDelay", "00:00:00.050")).RetryDelay);

    [TestMethod]
    public void Name_is_read_whatever_its_case()
        => Assert.AreEqual(TimeSpan.FromMilliseconds(50), Read(("retrydelay", "00:00:00.050")).RetryDelay);

    [TestMethod]
    public void Section_that_is_not_there_leaves_the_defaults()
        => Assert.AreEqual(new TxAspectsOptions().RetryDelay, Read().RetryDelay);

    [TestMethod]
    public void Code_has_the_last_word()
        => Assert.AreEqual(TimeSpan.FromSeconds(1),
            Read(options => options.RetryDelay = TimeSpan.FromSeconds(1), ("RetryDelay", "00:00:00.050")).RetryDelay);

    [TestMethod]
    [DataRow("RetryDelay", "soon", "'TxAspects:RetryDelay' is configured with a value that is no TimeSpan. Write it like '00:00:00.020'.")]
    [DataRow("RetryDelay", "", "'TxAspects:RetryDelay' is configured with a value that is no TimeSpan. Write it like '00:00:00.020'.")]
    [DataRow("RetryDelay", "99999999999", "'TxAspects:RetryDelay' is configured with a value that is no TimeSpan. Write it like " +
                                          "'00:00:00.020'.")]
    [DataRow("RetryDelay", "-00:00:01", "'TxAspects:RetryDelay' is configured with a value that 'RetryDelay' cannot have. Its " +
                                        "documentation says which it can.")]
    [DataRow("RetyDelay", "00:00:01", "'TxAspects:RetyDelay' is configured, but no option has that name. These have: " +
                                      "'HideExceptionMessages', 'RetryDelay', 'SequenceIdleLimit', 'WarnWhenOpenLongerThan', " +
                                      "'WarnWhenIdleInTransactionLongerThan', 'MaxSaveSavepoints'.")]
    [DataRow("LoggerFactory", "console", "'TxAspects:LoggerFactory' is configured, but no option has that name. These have: " +
                                         "'HideExceptionMessages', 'RetryDelay', 'SequenceIdleLimit', 'WarnWhenOpenLongerThan', " +
                                         "'WarnWhenIdleInTransactionLongerThan', 'MaxSaveSavepoints'.")]
    [DataRow("MaxSaveSavepoints", "many", "'TxAspects:MaxSaveSavepoints' is configured with a value that is no Int32. Write it like '0'.")]
    public void What_is_wrong_is_an_error_when_the_provider_is_built(string key, string value, string text)
    {
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Read((key, value)));

        Assert.AreEqual(text, refused.Findings.Single());
    }

    [TestMethod]
    public void Everything_that_is_wrong_is_in_one_exception()
        => Assert.HasCount(
            2, Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Read(("RetryDelay", "soon"), ("Other", "1"))).Findings);

    [TestMethod]
    public void Options_configured_past_AddTxAspects_are_an_error_and_not_ignored()
    {
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Providers.Build(services => services
            .Configure<TxAspectsOptions>(options => options.RetryDelay = TimeSpan.Zero)
            .PostConfigure<TxAspectsOptions>(options => options.RetryDelay = TimeSpan.Zero)));

        Assert.AreEqual(
            "'TxAspectsOptions' is configured with services.Configure, which TxAspects does not read: it needs its options before the " +
            "provider is there. Give them to AddTxAspects.",
            refused.Findings.Single());
    }

    private static TxAspectsOptions Read(params (string Key, string Value)[] settings) => Read(null, settings);

    private static TxAspectsOptions Read(Action<TxAspectsOptions>? configure, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(one => KeyValuePair.Create($"TxAspects:{one.Key}", (string?)one.Value)))
            .Build();
        using var provider = new ServiceCollection().AddTxAspects(configuration.GetSection("TxAspects"), configure).BuildServiceProvider();
        return provider.GetRequiredService<TxAspectsOptions>();
    }
}
