using System.Data;
using Autofac;

namespace TxAspects.Tests;

/// <summary>Two interfaces that declare one method differently.</summary>
[TestClass]
public sealed class ConflictTests
{
    [TestMethod]
    public void Two_interface_methods_that_differ_are_refused()
    {
        var findings = FindingsOf<OnMethods>();

        Assert.AreEqual("'OnMethods.Run' is declared differently by 'IMethod.Run' and 'IOtherMethod.Run'. Say on the method or the class " +
                        "which one counts.", findings);
    }

    [TestMethod]
    public void Two_interfaces_that_differ_are_refused()
    {
        var findings = FindingsOf<OnInterfaces>();

        Assert.AreEqual("'OnInterfaces.Run' is declared differently by 'IMarked' and 'IOtherMarked'. Say on the method or the class " +
                        "which one counts.", findings);
    }

    [TestMethod]
    public void Two_that_differ_in_what_they_commit_on_are_refused()
        => Assert.AreEqual(
            "'OnLists.Run' is declared differently by 'ICommits' and 'ICommitsOther'. Say on the method or the class which one counts.",
            FindingsOf<OnLists>());

    [TestMethod]
    public void Two_that_say_the_same_are_no_conflict()
    {
        using var container = Build<Alike>();

        Assert.AreEqual(IsolationLevel.Serializable, container.Resolve<IMarked>().Run());
        Assert.AreEqual(IsolationLevel.Serializable, container.Resolve<IAlike>().Run());
    }

    [TestMethod]
    public void Attribute_on_the_method_settles_a_conflict()
    {
        using var container = Build<SettledByMethod>();

        Assert.AreEqual(IsolationLevel.Snapshot, container.Resolve<IMethod>().Run());
        Assert.AreEqual(IsolationLevel.Snapshot, container.Resolve<IOtherMethod>().Run());
    }

    [TestMethod]
    public void Attribute_on_the_class_settles_a_conflict_of_interfaces()
    {
        using var container = Build<SettledByClass>();

        Assert.AreEqual(IsolationLevel.Snapshot, container.Resolve<IMarked>().Run());
        Assert.AreEqual(IsolationLevel.Snapshot, container.Resolve<IOtherMarked>().Run());
    }

    [TestMethod]
    public void Two_explicit_implementations_are_two_methods_and_no_conflict()
    {
        using var container = Build<Separate>();

        Assert.AreEqual(IsolationLevel.Serializable, container.Resolve<IMethod>().Run());
        Assert.AreEqual(IsolationLevel.RepeatableRead, container.Resolve<IOtherMethod>().Run());
    }

    [TestMethod]
    public void Interface_without_an_attribute_takes_no_part()
    {
        using var container = Build<OneMarked>();

        Assert.AreEqual(IsolationLevel.Serializable, container.Resolve<IMarked>().Run());
        Assert.AreEqual(IsolationLevel.Serializable, container.Resolve<IPlain>().Run());
    }

    [TestMethod]
    public void Conflict_counts_on_a_class_proxy_too()
    {
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(
            () => Containers.Build(builder => builder.RegisterType<OnMethods>().EnableUnitOfWork()));

        Assert.HasCount(1, refused.Findings);
    }

    private static string FindingsOf<T>()
        where T : notnull
        => string.Join(Environment.NewLine, Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Build<T>()).Findings);

    private static IContainer Build<T>()
        where T : notnull
        => Containers.Build(builder => builder.RegisterType<T>().AsImplementedInterfaces());

    private static IsolationLevel? InForce => Tx.Current?.Options.IsolationLevel;

    public interface IPlain { IsolationLevel? Run(); }

    public interface IMethod { [UnitOfWork(IsolationLevel = IsolationLevel.Serializable)] IsolationLevel? Run(); }

    public interface IOtherMethod { [UnitOfWork(IsolationLevel = IsolationLevel.RepeatableRead)] IsolationLevel? Run(); }

    [UnitOfWork(IsolationLevel = IsolationLevel.Serializable)]
    public interface IMarked { IsolationLevel? Run(); }

    [UnitOfWork(IsolationLevel = IsolationLevel.RepeatableRead)]
    public interface IOtherMarked { IsolationLevel? Run(); }

    [UnitOfWork(IsolationLevel = IsolationLevel.Serializable)]
    public interface IAlike { IsolationLevel? Run(); }

    [UnitOfWork(CommitOn = [typeof(ArithmeticException)])]
    public interface ICommits { IsolationLevel? Run(); }

    [UnitOfWork(CommitOn = [typeof(ArithmeticException), typeof(FormatException)])]
    public interface ICommitsOther { IsolationLevel? Run(); }

    public class OnMethods : IMethod, IOtherMethod { public virtual IsolationLevel? Run() => InForce; }

    public sealed class OnInterfaces : IMarked, IOtherMarked { public IsolationLevel? Run() => InForce; }

    public sealed class OnLists : ICommits, ICommitsOther { public IsolationLevel? Run() => InForce; }

    public sealed class Alike : IMarked, IAlike { public IsolationLevel? Run() => InForce; }

    public sealed class OneMarked : IMarked, IPlain { public IsolationLevel? Run() => InForce; }

    public sealed class SettledByMethod : IMethod, IOtherMethod
    {
        [UnitOfWork(IsolationLevel = IsolationLevel.Snapshot)]
        public IsolationLevel? Run() => InForce;
    }

    [UnitOfWork(IsolationLevel = IsolationLevel.Snapshot)]
    public sealed class SettledByClass : IMarked, IOtherMarked { public IsolationLevel? Run() => InForce; }

    public sealed class Separate : IMethod, IOtherMethod
    {
        IsolationLevel? IMethod.Run() => InForce;

        IsolationLevel? IOtherMethod.Run() => InForce;
    }
}
