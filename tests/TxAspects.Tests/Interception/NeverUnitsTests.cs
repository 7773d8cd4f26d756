using Autofac;

namespace TxAspects.Tests;

/// <summary>Members of an attributed type that are no units.</summary>
[TestClass]
public sealed class NeverUnitsTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Accessors_events_disposal_and_what_every_object_has_are_never_units(bool byInterface)
    {
        var notes = new Notes();
        await using (var container = Containers.Build(builder => Register(builder, byInterface, notes)))
        {
            var members = container.Resolve<IMembers>();
            members.Property = members.Property;
            members[0] = members[0];
            members.Changed += Ignore;
            members.Changed -= Ignore;
            members.ExplicitProperty = members.ExplicitProperty;
            _ = members.ToString();
            _ = members.GetHashCode();
            _ = members.Equals(this);
            members.Dispose();
            await members.DisposeAsync();
        }

        CollectionAssert.IsSubsetOf(
            new[] { "get", "set", "get item", "set item", "add", "remove", "explicit get", "explicit set", "Dispose", "DisposeAsync" },
            notes.Select(one => one.Member).ToArray());
        Assert.AreEqual(!byInterface, notes.Contains(("ToString", false)), "An interface proxy has no part of the class that is in no " +
            "interface.");
        Assert.IsFalse(notes.Exists(one => one.IsOpen));

        static void Ignore(object? sender, EventArgs e)
        {
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Method_beside_them_is_a_unit(bool byInterface)
    {
        using var container = Containers.Build(builder => Register(builder, byInterface, []));

        Assert.IsTrue(container.Resolve<IMembers>().Method());
    }

    [TestMethod]
    public void Method_with_the_name_of_an_accessor_is_a_unit()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Getter>().As<IGetter>());

        Assert.IsTrue(container.Resolve<IGetter>().get_Property());
    }

    [TestMethod]
    public void Protected_method_is_a_unit_by_an_attribute_of_its_own_alone()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Helpers>().EnableUnitOfWork());

        var (marked, plain) = container.Resolve<Helpers>().RunWithout();

        Assert.IsTrue(marked);
        Assert.IsFalse(plain);
    }

    private static void Register(ContainerBuilder builder, bool byInterface, Notes notes)
    {
        builder.RegisterInstance(notes);
        if (byInterface)
            builder.RegisterType<Members>().As<IMembers>();
        else
            builder.RegisterType<Members>().EnableUnitOfWork().AsSelf().As<IMembers>();
    }

    public interface IMembers : IDisposable, IAsyncDisposable
    {
        event EventHandler? Changed;

        int Property { get; set; }

        int ExplicitProperty { get; set; }

        int this[int index] { get; set; }

        bool Method();
    }

    public sealed class Notes : List<(string Member, bool IsOpen)>;

    [UnitOfWork]
    public class Members(Notes notes) : IMembers
    {
        public virtual event EventHandler? Changed
        {
            add => Note("add");
            remove => Note("remove");
        }

        public virtual int Property
        {
            get => Note("get");
            set => Note("set");
        }

        int IMembers.ExplicitProperty
        {
            get => Note("explicit get");
            set => Note("explicit set");
        }

        public virtual int this[int index]
        {
            get => Note("get item");
            set => Note("set item");
        }

        public virtual bool Method() => Tx.IsOpen;

        public override string ToString() => $"{Note("ToString")}";

        public override int GetHashCode() => 0;

        public override bool Equals(object? obj) => Note("Equals") == 1;

        public virtual void Dispose()
        {
            Note("Dispose");
            GC.SuppressFinalize(this);
        }

        public virtual ValueTask DisposeAsync()
        {
            Note("DisposeAsync");
            GC.SuppressFinalize(this);
            return default;
        }

        private int Note(string member)
        {
            notes.Add((member, Tx.IsOpen));
            return 0;
        }
    }

    public interface IGetter
    {
        bool get_Property();
    }

    [UnitOfWork]
    public sealed class Getter : IGetter
    {
        public bool get_Property() => Tx.IsOpen;
    }

    public class Helpers
    {
        [UnitOfWork(Propagation = Propagation.NotSupported)]
        public virtual (bool Marked, bool Plain) RunWithout() => (Marked(), Plain());

        [UnitOfWork]
        protected virtual bool Marked() => Tx.IsOpen;

        protected virtual bool Plain() => Tx.IsOpen;
    }
}
