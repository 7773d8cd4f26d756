using System.Reflection;
using System.Runtime.CompilerServices;

namespace TxAspects.Tests;

/// <summary>An application that handles the library's exceptions can make every one of them in its own tests.</summary>
[TestClass]
public sealed class ExceptionTests
{
    public static IEnumerable<Type> ExceptionTypes
        => HouseStyleTests.Assemblies
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type.IsAssignableTo(typeof(Exception)) && !type.IsAbstract);

    [TestMethod]
    public void There_are_exceptions_in_the_core_and_in_the_kit()
    {
        Assert.Contains(typeof(UnitOfWorkDoomedException), ExceptionTypes);
        Assert.Contains(typeof(Testing.TestSetUpException), ExceptionTypes);
    }

    [TestMethod]
    [DynamicData(nameof(ExceptionTypes))]
    public void It_is_made_with_a_message_and_an_inner_exception(Type type)
    {
        var cause = new TimeoutException();

        var made = Make(type, cause);

        Assert.AreEqual("A message of a test.", made.Message);
        Assert.AreSame(cause, made.InnerException);
    }

    [TestMethod]
    [DynamicData(nameof(ExceptionTypes))]
    public void What_it_tells_can_be_set_and_is_never_null_by_surprise(Type type)
    {
        var made = Make(type, new TimeoutException());
        var nullability = new NullabilityInfoContext();

        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            if (nullability.Create(property).ReadState is NullabilityState.NotNull)
                Assert.IsNotNull(property.GetValue(made), property.Name);

            var isStored = type.GetField($"<{property.Name}>k__BackingField", BindingFlags.NonPublic | BindingFlags.Instance) is { } field
                && field.IsDefined(typeof(CompilerGeneratedAttribute));
            if (isStored)
                Assert.IsTrue(property.SetMethod is { IsPublic: true }, $"{property.Name} cannot be set.");
        }
    }

    [TestMethod]
    public void A_handler_is_tested_as_an_application_would()
    {
        Assert.AreEqual("undo orders", Handle(new PartialCommitException("In part.") { Committed = ["orders"], Failed = "stock" }));
        Assert.AreEqual("ask stock", Handle(new CommitOutcomeUnknownException("Lost.") { ConnectName = "stock" }));
    }

    private static string Handle(TxAspectsException exception) => exception switch
    {
        PartialCommitException partial => $"undo {string.Join(", ", partial.Committed)}",
        CommitOutcomeUnknownException unknown => $"ask {unknown.ConnectName}",
        _ => "give up",
    };

    private static Exception Make(Type type, Exception cause)
    {
        var constructor = type.GetConstructor([typeof(string), typeof(Exception)]);
        Assert.IsNotNull(constructor, $"{type.Name} has no public constructor with a message and an inner exception.");
        return (Exception)constructor.Invoke(["A message of a test.", cause]);
    }
}
