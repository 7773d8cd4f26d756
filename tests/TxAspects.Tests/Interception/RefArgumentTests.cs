using Autofac;
using Npgsql;
using TxAspects.Interception;

namespace TxAspects.Tests;

/// <summary>Arguments of a repeated call, and results that are null.</summary>
[TestClass]
public sealed class RefArgumentTests
{
    [TestMethod]
    public void Each_attempt_begins_with_the_arguments_of_the_first()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Counter>().As<ICounter>());
        var number = 10;

        var result = container.Resolve<ICounter>().Count(ref number, [], out var attempts);

        Assert.AreEqual(11, result);
        Assert.AreEqual(11, number);
        Assert.AreEqual(3, attempts);
    }

    [TestMethod]
    public void Void_method_begins_with_them_too()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Counter>().As<ICounter>());
        var number = 10;

        container.Resolve<ICounter>().Add(ref number);

        Assert.AreEqual(11, number);
    }

    [TestMethod]
    [DataRow(typeof(LateRetry))]
    [DataRow(typeof(LateNested))]
    [DataRow(typeof(LateStream))]
    public void Method_that_may_start_after_its_caller_went_on_cannot_have_them(Type type)
        => Assert.AreEqual(
            $"'{type.Name}.Run' is marked [UnitOfWork] but has a ref or out argument and may start after its caller went on, " +
            "who would never see the value. Return it.",
            UnitOfWorkProxies.Check(type, [type]).Single());

    [TestMethod]
    public async Task Task_with_an_out_argument_works_where_it_starts_at_once()
    {
        using var container = Containers.Build(builder => builder.RegisterType<AtOnce>().EnableUnitOfWork());

        await container.Resolve<AtOnce>().RunAsync(out var value);

        Assert.AreEqual(4, value);
    }

    [TestMethod]
    public async Task Null_in_place_of_a_task_or_a_sequence_is_an_error_that_names_the_method()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Nulls>().As<INulls>());
        var nulls = container.Resolve<INulls>();

        var ofTask = await Assert.ThrowsExactlyAsync<NullResultException>(() => nulls.RunAsync());
        var ofTaskOf = await Assert.ThrowsExactlyAsync<NullResultException>(() => nulls.GetAsync());
        var ofRetried = await Assert.ThrowsExactlyAsync<NullResultException>(() => nulls.RetriedAsync());
        var ofStream = await Assert.ThrowsExactlyAsync<NullResultException>(async () => await nulls.ReadAsync().ToListAsync());

        Assert.AreEqual("'Nulls.RunAsync' returned null, so its unit of work has nothing to wait for and was rolled back. Return a value " +
                        "of type Task.", ofTask.Message);
        Assert.AreEqual("Nulls.GetAsync", ofTaskOf.MethodName);
        Assert.AreEqual("Nulls.RetriedAsync", ofRetried.MethodName);
        Assert.AreEqual(
            "'Nulls.ReadAsync' returned null, so its unit of work has nothing to wait for and was rolled back. Return a value of type " +
            "IAsyncEnumerable.",
            ofStream.Message);
        Assert.AreEqual(3, Nulls.RolledBack);
    }

    public interface ICounter
    {
        int Count(ref int number, List<int> seen, out int attempts);

        void Add(ref int number);
    }

    [UnitOfWork(MaxRetries = 3)]
    public sealed class Counter : ICounter
    {
        private int _attempts;

        public int Count(ref int number, List<int> seen, out int attempts)
        {
            number++;
            attempts = ++_attempts;
            return attempts < 3 ? throw Conflict() : number;
        }

        public void Add(ref int number)
        {
            number++;
            if (++_attempts < 3)
                throw Conflict();
        }

        private static PostgresException Conflict() => new("conflict", "ERROR", "ERROR", PostgresErrorCodes.SerializationFailure);
    }

    public class LateRetry
    {
        [UnitOfWork(MaxRetries = 1)]
        public virtual Task Run(ref int number) => Task.CompletedTask;
    }

    public class LateNested
    {
        [UnitOfWork(Propagation = Propagation.Nested)]
        public virtual ValueTask<int> Run(out int number) => new(number = 0);
    }

    public class LateStream
    {
        [UnitOfWork]
        public virtual IAsyncEnumerable<int> Run(out int number) => throw new InvalidOperationException($"{number = 0}");
    }

    public class AtOnce
    {
        [UnitOfWork]
        public virtual Task RunAsync(out int value)
        {
            value = 4;
            return Task.CompletedTask;
        }
    }

    public interface INulls
    {
        Task RunAsync();

        Task<int> GetAsync();

        Task RetriedAsync();

        IAsyncEnumerable<int> ReadAsync();
    }

    [UnitOfWork]
    public sealed class Nulls : INulls
    {
        public static int RolledBack { get; private set; }

        public Task RunAsync() => Null<Task>();

        public Task<int> GetAsync() => Null<Task<int>>();

        [UnitOfWork(MaxRetries = 2)]
        public Task RetriedAsync() => null!;

        public IAsyncEnumerable<int> ReadAsync() => Null<IAsyncEnumerable<int>>();

        private static T Null<T>()
        {
            Tx.OnRolledBack(() => RolledBack++);
            return default!;
        }
    }
}
