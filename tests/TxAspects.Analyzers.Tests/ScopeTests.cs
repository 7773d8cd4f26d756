using TxAspects.Analyzers.Rules;

namespace TxAspects.Analyzers.Tests;

/// <summary>TXA006 in the shapes in which a scope may be disposed and completed.</summary>
[TestClass]
public sealed class ScopeTests
{
    [TestMethod]
    public Task Scope_whose_disposal_is_configured_is_left_alone() => Verify.AsyncOf<ScopeAnalyzer>("""
        public class Worker
        {
            public async Task StatementAsync()
            {
                var scope = Tx.Open();
                await using (scope.ConfigureAwait(false))
                    await scope.CompleteAsync().ConfigureAwait(false);
            }

            public async Task DeclarationAsync()
            {
                var scope = Tx.Open();
                await using var disposal = scope.ConfigureAwait(false);
                await scope.CompleteAsync();
            }

            public async Task UndecidedAsync()
            {
                var scope = {|TXA006:Tx.Open()|};
                await using var disposal = scope.ConfigureAwait(false);
            }

            public async Task BlockAsync()
            {
                await using (var scope = Tx.Open())
                {
                    await scope.CompleteAsync();
                }
            }
        }
        """);

    [TestMethod]
    public Task Scope_with_nothing_left_to_complete_is_left_alone() => Verify.AsyncOf<ScopeAnalyzer>("""
        public class Worker
        {
            public async Task CommitAsync()
            {
                await using var scope = Tx.Open();
                await Tx.CommitAllAsync();
            }

            public async Task HideAsync()
            {
                await using var hidden = Tx.Open(new UnitOfWorkOptions { Propagation = Propagation.NotSupported });
                await Task.Yield();
            }

            public async Task SessionAsync(Shop db)
            {
                await using var scope = Tx.Open();
                await db.CommitAsync();
            }

            public void RollBack()
            {
                using var scope = Tx.Open();
                Tx.SetRollbackOnly("only looking");
            }
        }
        """);

    [TestMethod]
    public Task Scope_without_a_name_cannot_be_completed() => Verify.AsyncOf<ScopeAnalyzer>("""
        public class Worker
        {
            public void Run()
            {
                using ({|TXA006:Tx.Open()|})
                {
                }
            }

            public async Task RunAsync()
            {
                await using ({|TXA006:Tx.Open()|}.ConfigureAwait(false))
                    await Task.Yield();
            }

            public async Task CommitAsync()
            {
                using (Tx.Open())
                    await Tx.CommitAllAsync();
            }
        }
        """);

    [TestMethod]
    public Task Top_level_statements_are_one_method() => Verify.AsyncOf<ScopeAnalyzer>("""
        await using (var inner = Tx.Open())
            await inner.CompleteAsync();

        await using var scope = Tx.Open();
        await Task.Yield();
        await scope.CompleteAsync();
        """, isProgram: true);

    [TestMethod]
    public Task Scope_of_top_level_statements_that_is_never_completed_is_found() => Verify.AsyncOf<ScopeAnalyzer>("""
        await using var scope = {|TXA006:Tx.Open()|};
        await Task.Yield();
        """, isProgram: true);
}
