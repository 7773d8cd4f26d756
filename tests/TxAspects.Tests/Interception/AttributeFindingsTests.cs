using TxAspects.Interception;
using Autofac;

namespace TxAspects.Tests;

/// <summary>Attributes that ask for what cannot be, or for what nothing would come of.</summary>
[TestClass]
public sealed class AttributeFindingsTests
{
    [TestMethod]
    [DataRow(typeof(NoTimeout), "'NoTimeout.Run' has a TimeoutSeconds that is no time. Give the seconds that the unit may take, or 0 for " +
        "no limit.")]
    [DataRow(typeof(NegativeTimeout), "'NegativeTimeout.Run' has a negative TimeoutSeconds. Give the seconds that the unit may take, or " +
                                      "0 for no limit.")]
    [DataRow(typeof(NegativeRetries), "'NegativeRetries.Run' has a negative MaxRetries. Say how often it may be repeated, or 0 for never.")]
    [DataRow(typeof(NoException), "'NoException.Run' lists 'IDisposable' in CommitOn, which is no exception and so never thrown. List " +
                                  "types that derive from Exception.")]
    [DataRow(typeof(NoExceptionBack), "'NoExceptionBack.Run' lists 'String' in RollbackOn, which is no exception and so never thrown. " +
                                      "List types that derive from Exception.")]
    [DataRow(typeof(InBoth), "'InBoth.Run' lists 'FormatException' in both CommitOn and RollbackOn. Keep it in the one that is meant.")]
    [DataRow(typeof(JoiningNewContext), "'JoiningNewContext.Run' is marked [NewContext] with Propagation.Required, which is no unit of " +
                                        "its own. Remove the propagation, or mark it [UnitOfWork].")]
    [DataRow(typeof(Unknown), "'Unknown.Run' has a Propagation that does not exist. Take one of those that have a name.")]
    [DataRow(typeof(UnknownMode), "'UnknownMode.Run' has a CommitMode that does not exist. Take one of those that have a name.")]
    [DataRow(typeof(TwoPhaseNever), "'TwoPhaseNever.Run' sets CommitMode, of which nothing comes with Propagation.Never: it runs without " +
                                    "a unit. Remove one of the two.")]
    [DataRow(typeof(RetriedSupports), "'RetriedSupports.Run' sets MaxRetries, of which nothing comes with Propagation.Supports: only the " +
                                      "call that opens a unit is repeated. Remove one of the two.")]
    [DataRow(typeof(RetriedMandatory), "'RetriedMandatory.Run' sets MaxRetries, of which nothing comes with Propagation.Mandatory: only " +
                                       "the call that opens a unit is repeated. Remove one of the two.")]
    [DataRow(typeof(RetriedNever), "'RetriedNever.Run' sets MaxRetries, of which nothing comes with Propagation.Never: it runs without a " +
                                   "unit. Remove one of the two.")]
    [DataRow(typeof(SettledNotSupported), "'SettledNotSupported.Run' sets IsolationLevel, ReadOnly, TimeoutSeconds, of which nothing " +
                                          "comes with Propagation.NotSupported: it runs without a unit. Remove one of the two.")]
    [DataRow(typeof(ConcurrencyAlone), "'ConcurrencyAlone.Run' sets RetryOnConcurrencyFailure without MaxRetries, so nothing is " +
                                       "repeated. Say how often.")]
    [DataRow(typeof(RetriedStream), "'RetriedStream.Run' is marked [UnitOfWork] with MaxRetries but returns a sequence, which is never " +
                                    "repeated because its elements were seen. Give it an attribute without MaxRetries, or return a list.")]
    [DataRow(typeof(OnClass), "'OnClass' has a negative MaxRetries. Say how often it may be repeated, or 0 for never.")]
    [DataRow(typeof(OnInterface), "'IOnInterface' has a negative TimeoutSeconds. Give the seconds that the unit may take, or 0 for no " +
                                  "limit.")]
    public void Attribute_that_makes_no_sense_is_a_finding(Type type, string text)
    {
        Assert.AreEqual(text, string.Join(Environment.NewLine, UnitOfWorkProxies.Check(type, [type])));
        Assert.AreEqual(text, string.Join(Environment.NewLine, UnitOfWorkProxies.Check(type, type.GetInterfaces())));
    }

    [TestMethod]
    public void Attribute_that_makes_sense_is_none()
        => Assert.IsEmpty(UnitOfWorkProxies.Check(typeof(Sensible), [typeof(Sensible)]));

    [TestMethod]
    public void All_that_is_wrong_with_one_attribute_is_found()
        => Assert.HasCount(3, UnitOfWorkProxies.Check(typeof(Several), [typeof(Several)]));

    [TestMethod]
    public void Container_with_such_a_component_is_not_built()
    {
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Containers.Build(builder =>
        {
            builder.RegisterType<NegativeTimeout>().EnableUnitOfWork();
            builder.RegisterType<OnInterface>().As<IOnInterface>();
        }));

        Assert.HasCount(2, refused.Findings);
    }

    public interface IRuns
    {
        object Run();
    }

    public class NoTimeout : IRuns { [UnitOfWork(TimeoutSeconds = double.NaN)] public virtual object Run() => 0; }

    public class NegativeTimeout : IRuns { [UnitOfWork(TimeoutSeconds = -1)] public virtual object Run() => 0; }

    public class NegativeRetries : IRuns { [UnitOfWork(MaxRetries = -1)] public virtual object Run() => 0; }

    public class NoException : IRuns { [UnitOfWork(CommitOn = [typeof(IDisposable)])] public virtual object Run() => 0; }

    public class NoExceptionBack : IRuns { [UnitOfWork(RollbackOn = [typeof(string)])] public virtual object Run() => 0; }

    public class InBoth : IRuns { [UnitOfWork(CommitOn = [typeof(FormatException)],
        RollbackOn = [typeof(FormatException), typeof(Exception)])] public virtual object Run() => 0; }

    public class JoiningNewContext : IRuns { [NewContext(Propagation = Propagation.Required)] public virtual object Run() => 0; }

    public class Unknown : IRuns { [UnitOfWork(Propagation = (Propagation)42)] public virtual object Run() => 0; }

    public class UnknownMode : IRuns { [UnitOfWork(CommitMode = (CommitMode)7)] public virtual object Run() => 0; }

    public class TwoPhaseNever : IRuns { [
        UnitOfWork(Propagation = Propagation.Never, CommitMode = CommitMode.TwoPhase)] public virtual object Run() => 0; }

    public class RetriedSupports : IRuns { [UnitOfWork(Propagation = Propagation.Supports, MaxRetries = 1)] public virtual object Run() =>
        0; }

    public class RetriedMandatory : IRuns { [UnitOfWork(Propagation = Propagation.Mandatory, MaxRetries = 1)] public virtual object Run() =>
        0; }

    public class RetriedNever : IRuns { [UnitOfWork(Propagation = Propagation.Never, MaxRetries = 1)] public virtual object Run() => 0; }

    public class SettledNotSupported : IRuns
    {
        [UnitOfWork(Propagation = Propagation.NotSupported, IsolationLevel = System.Data.IsolationLevel.Serializable, ReadOnly = true,
            TimeoutSeconds = 1)]
        public virtual object Run() => 0;
    }

    public class ConcurrencyAlone : IRuns { [UnitOfWork(RetryOnConcurrencyFailure = true)] public virtual object Run() => 0; }

    public interface IStreams
    {
        IAsyncEnumerable<int> Run();
    }

    public class RetriedStream : IStreams { [UnitOfWork(MaxRetries = 1)] public virtual IAsyncEnumerable<int> Run() =>
        throw new NotSupportedException(); }

    [UnitOfWork(MaxRetries = -1)]
    public class OnClass : IRuns { public virtual object Run() => 0; }

    [UnitOfWork(TimeoutSeconds = -1)]
    public interface IOnInterface { object Run(); }

    public class OnInterface : IOnInterface { public virtual object Run() => 0; }

    public class Several : IRuns
    {
        [UnitOfWork(TimeoutSeconds = -1, MaxRetries = -1, CommitOn = [typeof(string)])]
        public virtual object Run() => 0;
    }

    public class Sensible
    {
        [UnitOfWork(MaxRetries = 3, RetryOnConcurrencyFailure = true, TimeoutSeconds = 5, CommitOn = [typeof(SystemException)],
            RollbackOn = [typeof(FormatException)])]
        public virtual object Run() => 0;

        [NewContext(MaxRetries = 1, ReadOnly = true)]
        public virtual object Apart() => 0;

        [UnitOfWork(Propagation = Propagation.Supports, ReadOnly = true)]
        public virtual object Look() => 0;

        [UnitOfWork(Propagation = Propagation.Never)]
        public virtual object Never() => 0;

        [UnitOfWork(TimeoutSeconds = 5)]
        public virtual IAsyncEnumerable<int> Stream() => throw new NotSupportedException();
    }
}
