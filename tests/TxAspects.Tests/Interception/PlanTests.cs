using System.Data;
using Autofac;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Interception;

namespace TxAspects.Tests;

/// <summary>The plan tells what is intercepted, with which settings, and where that was declared.</summary>
[TestClass]
public sealed class PlanTests
{
    private const string Table = """
        Method                 Settings                                               Declared by
        Audit.Note             RequiresNew                                            [NewContext] on 'IAudit'
        Import.Describe        Supports, ReadOnly, 5 s                                [UnitOfWork] on 'Import.Describe'
        Import.Run             Required, Serializable, 1 retry                        [UnitOfWork] on 'IImport.Run'
        ImportItself.Describe  Supports, ReadOnly, 5 s                                [UnitOfWork] on 'Import.Describe'
        ImportItself.Help      Required, no early completion, commits on IOException  [UnitOfWork] on 'ImportItself'
        ImportItself.Run       Required, Serializable, 1 retry                        [UnitOfWork] on 'IImport.Run'
        """;

    [TestMethod]
    public void Autofac_container_describes_its_plan_as_a_table()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<ImportItself>().EnableUnitOfWork();
            builder.RegisterType<PlainOrders>().As<IOrders>();
            builder.RegisterType<Import>().As<IImport>();
            builder.RegisterType<Import>().Named<IImport>("again");
            builder.RegisterInstance(new Audit()).As<IAudit>();
        });

        Assert.AreEqual(Table.ReplaceLineEndings(), $"{container.DescribePlan()}");
    }

    [TestMethod]
    public void Service_provider_describes_the_same()
    {
        using var provider = Providers.Build(services => services
            .AddSingleton<IAudit, Audit>(_ => new Audit())
            .AddSingleton<IImport, Import>()
            .AddKeyedSingleton<IImport, Import>("again")
            .AddSingleton<IOrders, PlainOrders>()
            .AddSingleton<ImportItself>());

        Assert.AreEqual(Table.ReplaceLineEndings(), $"{provider.DescribePlan()}");
        using var scope = provider.CreateScope();
        Assert.AreEqual(Table.ReplaceLineEndings(), $"{scope.ServiceProvider.DescribePlan()}");
    }

    [TestMethod]
    public void Method_of_the_plan_has_everything_behind_its_line()
    {
        var method = UnitOfWorkProxies.DescribePlan([(typeof(Import), [typeof(IImport)])]).Methods[1];

        Assert.AreEqual("Import.Run: Required, Serializable, 1 retry; [UnitOfWork] on 'IImport.Run'", $"{method}");
        Assert.AreEqual(typeof(Import), method.Component);
        Assert.AreEqual(typeof(Import).GetMethod("Run"), method.Method);
        Assert.AreEqual(typeof(IImport).GetMethod("Run"), method.DeclaredOn);
        Assert.AreEqual(IsolationLevel.Serializable, method.Settings.IsolationLevel);
    }

    [TestMethod]
    public void Class_that_a_lambda_hides_is_described_by_its_interface()
        => Assert.AreEqual(
            "IAudit.Note: RequiresNew; [NewContext] on 'IAudit'",
            $"{UnitOfWorkProxies.DescribePlan([(typeof(IAudit), [typeof(IAudit)])]).Methods.Single()}");

    [TestMethod]
    public void Derived_class_has_its_attributes_from_where_they_stand()
    {
        var plan = UnitOfWorkProxies.DescribePlan([(typeof(Further), [typeof(Further)])]);

        CollectionAssert.AreEqual(
            new[] { "[UnitOfWork] on 'Import.Describe'", "[UnitOfWork] on 'ImportItself'", "[UnitOfWork] on 'ImportItself'",
                "[UnitOfWork] on 'IImport.Run'" },
            plan.Methods.Select(one => one.Source).ToArray());
    }

    [TestMethod]
    public void Method_that_the_interface_does_not_have_is_not_in_the_plan_of_an_interface_proxy()
        => Assert.IsFalse(
            UnitOfWorkProxies.DescribePlan([(typeof(ImportItself), [typeof(IImport)])]).Methods.Any(one => one.Method.Name == "Help"));

    [TestMethod]
    public void Open_generic_comes_into_the_plan_of_Autofac_when_it_is_resolved()
    {
        using var container = Containers.Build(builder => builder.RegisterGeneric(typeof(Repository<>)).As(typeof(IRepository<>)));
        Assert.IsEmpty(container.DescribePlan().Methods);

        Assert.IsNotNull(container.Resolve<IRepository<int>>());

        Assert.AreEqual("Repository<Int32>.Unit: Required; [UnitOfWork] on 'Repository<Int32>'",
            $"{container.DescribePlan().Methods.Single()}");
    }

    [TestMethod]
    public void Where_nothing_is_intercepted_the_plan_is_a_heading()
    {
        using var container = Containers.Build(_ => { });

        Assert.AreEqual("Method  Settings  Declared by", $"{container.DescribePlan()}");
    }

    [TestMethod]
    public void Provider_without_TxAspects_has_no_plan()
    {
        using var provider = new ServiceCollection().BuildServiceProvider();

        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => provider.DescribePlan());
        Assert.AreEqual("The provider was built without TxAspects, so it has no plan. Call AddTxAspects on its services.",
            refused.Findings.Single());
    }

    [NewContext]
    public interface IAudit
    {
        void Note();
    }

    public interface IImport
    {
        [UnitOfWork(IsolationLevel = IsolationLevel.Serializable, MaxRetries = 1)]
        void Run();

        string Describe();
    }

    public sealed class Audit : IAudit
    {
        public void Note()
        {
        }
    }

    public class Import : IImport
    {
        public virtual void Run()
        {
        }

        [UnitOfWork(Propagation = Propagation.Supports, ReadOnly = true, TimeoutSeconds = 5)]
        public virtual string Describe() => "";
    }

    [UnitOfWork(AllowEarlyCompletion = false, CommitOn = [typeof(IOException)])]
    public class ImportItself : Import
    {
        public virtual void Help()
        {
        }
    }

    public class Further : ImportItself
    {
        public override void Help()
        {
        }

        public virtual void Go()
        {
        }

        public override string Describe() => "further";
    }
}
