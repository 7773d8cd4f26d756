using Npgsql;

namespace TxAspects.Tests;

/// <summary>Bodies and hooks that take the unit's token.</summary>
[TestClass]
public sealed class TokenTests : DatabaseTests
{
    private static readonly UnitOfWorkOptions Short = new() { Name = "short", TimeoutSeconds = 0.05 };
    private static readonly UnitOfWorkOptions Long = new() { TimeoutSeconds = 600 };

    [TestMethod]
    public async Task Body_without_deadline_and_caller_gets_no_token()
    {
        await Tx.RunAsync(token => Check(!token.CanBeCanceled));
        Assert.AreEqual(42, await Tx.RunAsync(token => Task.FromResult(token.CanBeCanceled ? 0 : 42)));
        await Tx.RunInNewContextAsync(token => Check(!token.CanBeCanceled));
        Assert.AreEqual(42, await Tx.RunInNewContextAsync(token => Task.FromResult(token.CanBeCanceled ? 0 : 42)));
    }

    [TestMethod]
    public async Task Body_gets_the_token_of_its_caller()
    {
        using var caller = new CancellationTokenSource();

        await Tx.RunAsync(token => Check(token == caller.Token), cancellationToken: caller.Token);
        await Tx.RunAsync(
            token => Check(token == caller.Token), new UnitOfWorkOptions { Propagation = Propagation.NotSupported }, caller.Token);
    }

    [TestMethod]
    public async Task Body_gets_a_token_that_ends_with_the_deadline()
    {
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => Tx.RunAsync(token => Task.Delay(Timeout.Infinite, token), Short));
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => Tx.RunInNewContextAsync(token => Task.Delay(Timeout.Infinite, token), Short));
    }

    [TestMethod]
    public async Task Body_that_returns_after_the_deadline_is_not_committed()
        => await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => Tx.RunAsync(
            token => Task.Delay(Timeout.Infinite, token).ContinueWith(_ => { }, TaskScheduler.Default), Short));

    [TestMethod]
    public async Task Body_with_a_deadline_gets_a_token_that_ends_with_its_caller_too()
    {
        using var caller = new CancellationTokenSource();

        await Assert.ThrowsAsync<OperationCanceledException>(() => Tx.RunAsync(async token =>
        {
            await InsertAsync("lost");
            Assert.AreEqual(token, Tx.Current!.CancellationToken);
            await caller.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        }, Long, caller.Token));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Joined_body_gets_a_token_that_ends_with_its_own_caller_and_with_the_unit()
    {
        using var inner = new CancellationTokenSource();
        using var outer = new CancellationTokenSource();
        CancellationToken first = default;
        CancellationToken second = default;

        await Tx.RunAsync(async () =>
        {
            await Tx.RunAsync(async token =>
            {
                first = token;
                await inner.CancelAsync();
                Assert.IsTrue(token.IsCancellationRequested);
                Assert.IsFalse(Tx.Current!.CancellationToken.IsCancellationRequested);
            }, cancellationToken: inner.Token);
            await Tx.RunAsync(async token =>
            {
                second = token;
                await outer.CancelAsync();
                Assert.IsTrue(token.IsCancellationRequested);
            });
        }, cancellationToken: outer.Token);

        Assert.AreNotEqual(first, second);
    }

    [TestMethod]
    public async Task Callers_token_never_cancels_the_commit()
    {
        using var caller = new CancellationTokenSource();

        await Tx.RunAsync(async () =>
        {
            await InsertAsync("kept");
            await caller.CancelAsync();
        }, cancellationToken: caller.Token);

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Body_does_not_start_where_its_caller_has_left()
    {
        var left = new CancellationToken(canceled: true);

        await Assert.ThrowsAsync<OperationCanceledException>(() => Tx.RunAsync(_ => Check(false), cancellationToken: left));
        await Assert.ThrowsAsync<OperationCanceledException>(() => Tx.RunInNewContextAsync(_ => Check(false), cancellationToken: left));
    }

    [TestMethod]
    public async Task Repeated_body_gets_the_token_each_time()
    {
        using var caller = new CancellationTokenSource();
        var tokens = new List<CancellationToken>();

        await Tx.RunAsync(token =>
        {
            tokens.Add(token);
            return tokens.Count == 1 ? throw new NpgsqlException("lost", new TimeoutException()) : Task.CompletedTask;
        }, new UnitOfWorkOptions { MaxRetries = 1 }, caller.Token);

        Assert.AreSequenceEqual([caller.Token, caller.Token], tokens);
    }

    [TestMethod]
    public async Task Hook_before_the_commit_gets_the_units_token()
    {
        using var caller = new CancellationTokenSource();
        var isUnits = false;

        await Assert.ThrowsAsync<OperationCanceledException>(() => Tx.RunAsync(async () =>
        {
            Tx.OnCommitting(async token =>
            {
                isUnits = token == Tx.Current!.CancellationToken;
                await caller.CancelAsync();
                token.ThrowIfCancellationRequested();
            });
            await InsertAsync("lost");
        }, Long, caller.Token));

        Assert.IsTrue(isUnits);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Hooks_after_the_end_get_a_token_that_is_never_cancelled()
    {
        using var caller = new CancellationTokenSource();
        var tokens = new List<CancellationToken>();
        Func<CancellationToken, Task> note = token =>
        {
            tokens.Add(token);
            return Task.CompletedTask;
        };

        await Tx.RunAsync(async () =>
        {
            Tx.OnCommitted(note);
            await InsertAsync("kept");
            await caller.CancelAsync();
        }, Long, caller.Token);
        await Assert.ThrowsExactlyAsync<UnitFailure>(() => Tx.RunAsync(() =>
        {
            Tx.OnRolledBack(note);
            throw new UnitFailure();
        }, Long));

        Assert.AreSequenceEqual([CancellationToken.None, CancellationToken.None], tokens);
    }

    [TestMethod]
    public void Hook_that_takes_a_token_is_refused_in_a_synchronous_unit()
        => Tx.Run(() => Assert.ThrowsExactly<SynchronousUseException>(() => Tx.OnCommitted(_ => Task.CompletedTask)));

    [TestMethod]
    public async Task Method_with_both_forms_is_taken_without_a_token()
    {
        Tokenless = 0;

        await Tx.RunAsync(BothAsync);
        await Tx.RunAsync(() =>
        {
            Tx.OnCommitting(BothAsync);
            Tx.OnCommitted(delegate { Tokenless++; });
            return Task.CompletedTask;
        });

        Assert.AreEqual(3, Tokenless);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Scope_gives_its_unit_the_token_of_who_opens_it_and_commits_all_the_same(bool withDeadline)
    {
        using var caller = new CancellationTokenSource();
        ITxUnit unit;

        await using (var scope = Tx.Open(withDeadline ? Long : null, caller.Token))
        {
            unit = scope.Unit!;
            Assert.AreEqual(!withDeadline, unit.CancellationToken == caller.Token);
            await InsertAsync("kept");
            Assert.IsFalse(unit.CancellationToken.IsCancellationRequested);
            await caller.CancelAsync();
            Assert.IsTrue(unit.CancellationToken.IsCancellationRequested);
            await scope.CompleteAsync();
        }

        Assert.AreEqual("kept", await Master.ItemsAsync());
        Assert.IsTrue(unit.CancellationToken.IsCancellationRequested);
        Assert.AreNotEqual(caller.Token, unit.CancellationToken);
    }

    private static int Tokenless { get; set; }

    private static Task BothAsync()
    {
        Tokenless++;
        return Task.CompletedTask;
    }

    private static Task BothAsync(CancellationToken token) => Task.FromCanceled(token);

    private static Task Check(bool holds)
    {
        Assert.IsTrue(holds);
        return Task.CompletedTask;
    }
}
