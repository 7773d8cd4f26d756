using System.Data;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A unit that was opened early takes over the settings of the first call that joins it.</summary>
public abstract class AdoptionSpecification<TEntry> : EntrySpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Unused_scope_takes_over_the_isolation_level()
    {
        await using var scope = Tx.Open();
        await Units.SerializableAsync(
            async () => Assert.AreEqual("serializable", await TestDatabase.IsolationOfAsync(await Tx.SessionAsync(Connect))));
        await scope.CompleteAsync();

        Assert.AreEqual(IsolationLevel.Serializable, scope.Unit!.Options.IsolationLevel);
    }

    [TestMethod]
    public async Task Session_that_was_asked_for_before_becomes_read_only_too()
    {
        await using var scope = Tx.Open();
        await Tx.SessionAsync(Connect);

        await Assert.ThrowsExactlyAsync<ReadOnlyUnitOfWorkException>(() => Units.ReadOnlyAsync(() => InsertAsync("tea")));
    }

    [TestMethod]
    public async Task Scope_that_has_sent_something_refuses_other_settings()
    {
        await using var scope = Tx.Open();
        await InsertAsync("tea");

        await Assert.ThrowsExactlyAsync<UnitOfWorkJoinException>(() => Units.SerializableAsync(() => Task.CompletedTask));
    }

    [TestMethod]
    public async Task Only_the_first_call_is_taken_over()
    {
        await using var scope = Tx.Open();
        await Units.RequiredAsync(() => Task.CompletedTask);

        await Assert.ThrowsExactlyAsync<UnitOfWorkJoinException>(() => Units.SerializableAsync(() => Task.CompletedTask));
    }

    [TestMethod]
    public async Task Scope_with_settings_of_its_own_keeps_them()
    {
        await using var scope = Tx.Open(new UnitOfWorkOptions { IsolationLevel = IsolationLevel.RepeatableRead });

        var refused = await Assert.ThrowsExactlyAsync<UnitOfWorkJoinException>(() => Units.SerializableAsync(() => Task.CompletedTask));

        Assert.AreEqual("IsolationLevel", refused.Setting);
        Assert.AreEqual(NameOf("SerializableAsync"), refused.MethodName);
    }
}

[TestClass]
public sealed class AdoptionOnInterfaceProxyTests : AdoptionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class AdoptionOnClassProxyTests : AdoptionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class AdoptionOnCallTests : AdoptionSpecification<CallEntry>;
