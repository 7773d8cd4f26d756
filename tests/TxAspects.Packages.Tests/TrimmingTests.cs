using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using OpenTelemetry.Trace;
using TxAspects.Interception;

namespace TxAspects.Packages.Tests;

/// <summary>What makes proxies says so to a project that is trimmed or compiled ahead of time, and so does what makes none.</summary>
[TestClass]
public sealed class TrimmingTests
{
    [TestMethod]
    [DataRow(typeof(UnitOfWorkInterceptor))]
    [DataRow(typeof(UnitOfWorkProxies))]
    [DataRow(typeof(TxAspectsModule))]
    [DataRow(typeof(TxAspectsRegistrationExtensions))]
    [DataRow(typeof(TxAspectsHostExtensions))]
    [DataRow(typeof(TxAspectsServiceCollectionExtensions))]
    [DataRow(typeof(TxServiceProviderFactory))]
    public void What_makes_proxies_needs_code_generation_and_reflection(Type type)
    {
        Assert.IsTrue(type.IsDefined(typeof(RequiresDynamicCodeAttribute)));
        Assert.IsTrue(type.IsDefined(typeof(RequiresUnreferencedCodeAttribute)));
    }

    [TestMethod]
    [DataRow(typeof(TxAspectsModule))]
    [DataRow(typeof(TxServiceProviderFactory))]
    public void So_do_services_that_are_resolved_in_their_unit(Type ofThePackage)
        => What_makes_proxies_needs_code_generation_and_reflection(
            ofThePackage.Assembly.GetType("TxAspects.TxAspectsUnitScopedExtensions", throwOnError: true)!);

    [TestMethod]
    [DataRow("Migrate")]
    [DataRow("MigrateAsync")]
    [DataRow("EnsureCreated")]
    [DataRow("EnsureCreatedAsync")]
    [DataRow("EnsureDeleted")]
    [DataRow("EnsureDeletedAsync")]
    public void So_does_what_EF_Core_says_of_its_own_twin(string method)
        => Assert.IsTrue(typeof(TxAspectsConnectExtensions).GetMethod(method)!.IsDefined(typeof(RequiresDynamicCodeAttribute)));

    [TestMethod]
    [DataRow(typeof(UnitOfWorkAttribute), true)]
    [DataRow(typeof(TxAspectsTracerProviderBuilderExtensions), true)]
    [DataRow(typeof(Tx), false)]
    [DataRow(typeof(PostgresConnect), false)]
    public void Package_says_whether_it_may_be_trimmed_and_compiled_ahead_of_time(Type type, bool may)
    {
        foreach (var name in new[] { "IsTrimmable", "IsAotCompatible" })
        {
            var says = type.Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Any(data => data.Key == name && data.Value == "True");
            Assert.AreEqual(may, says, name);
        }
    }
}
