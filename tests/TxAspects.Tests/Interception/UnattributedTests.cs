using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Autofac;
using Castle.DynamicProxy;

namespace TxAspects.Tests;

/// <summary>A method without an attribute costs nothing extra.</summary>
[TestClass]
public sealed class UnattributedTests
{
    [TestMethod]
    public void Unattributed_method_of_an_interface_proxy_is_forwarded_without_an_interceptor()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Half>().As<IHalf>());
        var half = container.Resolve<IHalf>();

        Assert.IsGreaterThan(3, half.Marked());
        Assert.AreEqual(2, half.Plain(), "Between the test and the method there is the proxy alone.");
    }

    [TestMethod]
    public void Class_proxy_overrides_attributed_methods_alone()
    {
        using var container = Containers.Build(builder => builder.RegisterType<HalfItself>().EnableUnitOfWork());
        var proxy = container.Resolve<HalfItself>();

        var overridden = proxy.GetType()
            .GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(method => method.IsVirtual && method.GetBaseDefinition().DeclaringType == typeof(HalfItself))
            .Select(method => method.Name);

        CollectionAssert.AreEqual(new[] { "Marked" }, overridden.ToArray());
    }

    [TestMethod]
    public void Class_proxy_does_not_override_what_every_object_has()
    {
        using var container = Containers.Build(builder => builder.RegisterType<HalfItself>().EnableUnitOfWork());
        var proxy = container.Resolve<HalfItself>().GetType();

        Assert.AreEqual(typeof(object), proxy.GetMethod("ToString", Type.EmptyTypes)!.DeclaringType);
        Assert.AreEqual(typeof(object), proxy.GetMethod("GetHashCode", Type.EmptyTypes)!.DeclaringType);
    }

    [TestMethod]
    public void Proxies_of_one_type_share_their_generated_type()
    {
        using var one = Containers.Build(Register);
        using var other = Containers.Build(Register);

        Assert.AreEqual(one.Resolve<IHalf>().GetType(), other.Resolve<IHalf>().GetType());
        Assert.AreEqual(one.Resolve<HalfItself>().GetType(), other.Resolve<HalfItself>().GetType());
        Assert.IsTrue(ProxyUtil.IsProxyType(one.Resolve<HalfItself>().GetType()));

        static void Register(ContainerBuilder builder)
        {
            builder.RegisterType<Half>().As<IHalf>();
            builder.RegisterType<HalfItself>().EnableUnitOfWork();
        }
    }

    public interface IHalf
    {
        int Marked();

        int Plain();
    }

    public sealed class Half : IHalf
    {
        [UnitOfWork]
        public int Marked() => FramesUpToTheTest();

        [MethodImpl(MethodImplOptions.NoInlining)]
        public int Plain() => FramesUpToTheTest();

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static int FramesUpToTheTest()
            => Array.FindIndex(new StackTrace(1).GetFrames(), frame => frame.GetMethod()!.DeclaringType == typeof(UnattributedTests));
    }

    public class HalfItself
    {
        [UnitOfWork]
        public virtual void Marked()
        {
        }

        public virtual void Plain()
        {
        }

        protected virtual void Helper()
        {
        }
    }
}
