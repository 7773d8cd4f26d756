using TxAspects.Analyzers.Rules;

namespace TxAspects.Analyzers.Tests;

/// <summary>TXA001 in the shapes in which a class may call itself.</summary>
[TestClass]
public sealed class SelfCallTests
{
    [TestMethod]
    public Task Call_in_a_unit_opened_for_it_is_left_alone() => Verify.AsyncOf<SelfCallAnalyzer>("""
        public class Orders
        {
            [UnitOfWork]
            public async Task PlaceAsync()
            {
                await Tx.RunInNewContextAsync(() => AuditAsync());
                await Tx.RunInNewContextAsync(async () => { await Task.Yield(); await this.AuditAsync(); });
                await Tx.RunAsync(() => AuditAsync(), new UnitOfWorkOptions { Propagation = Propagation.RequiresNew });
                await Tx.AtomicAsync(Databases.Master, _ => TryAsync(), WhenInTransaction.Savepoint);
                await Tx.AtomicAsync(Databases.Master, _ => {|TXA001:AuditAsync()|});
                Func<Task> later = () => {|TXA001:AuditAsync()|};
            }

            [NewContext]
            public Task AuditAsync() => Task.CompletedTask;

            [UnitOfWork(Propagation = Propagation.Nested)]
            public Task TryAsync() => Task.CompletedTask;
        }
        """);

    [TestMethod]
    public Task Overload_that_passes_on_to_one_with_the_same_attribute_is_left_alone() => Verify.AsyncOf<SelfCallAnalyzer>("""
        public interface IAudit
        {
            [NewContext] Task NoteAsync(string text);
            [NewContext] Task NoteAsync(string text, int level);
            [NewContext] void Note(string text);
            [NewContext] void Note(string text, int level);
            [NewContext] Task NoteTwiceAsync(string text);
        }

        public sealed class Audit : IAudit
        {
            public Task NoteAsync(string text) => NoteAsync(text, 0);

            public async Task NoteAsync(string text, int level) => await Task.Yield();

            public void Note(string text)
            {
                Note(text, 0);
            }

            public void Note(string text, int level) { }

            public async Task NoteTwiceAsync(string text)
            {
                await {|TXA001:NoteAsync(text)|}.ConfigureAwait(false);
                await {|TXA001:NoteAsync(text)|};
            }
        }
        """);

    [TestMethod]
    public Task Call_of_what_needs_no_unit_is_found_in_a_unit_alone() => Verify.AsyncOf<SelfCallAnalyzer>("""
        public class Mails
        {
            [UnitOfWork]
            public void InUnit() { {|TXA001:Send()|}; {|TXA001:Check()|}; }

            public void Anywhere() { Send(); Check(); }

            [UnitOfWork(Propagation = Propagation.NotSupported)]
            public void Send() => Check();

            [UnitOfWork(Propagation = Propagation.Never)]
            public void Check() { }
        }
        """);

    [TestMethod]
    public Task Call_through_an_own_interface_is_found() => Verify.AsyncOf<SelfCallAnalyzer>("""
        public interface IAudit { [NewContext] void Note(); void Plain(); }

        public class Orders : IAudit
        {
            [UnitOfWork]
            public void Place()
            {
                {|TXA001:((IAudit)this).Note()|};
                ((IAudit)this).Plain();
                ((IAudit)new Orders()).Note();
            }

            void IAudit.Note() { }

            public void Plain() { }
        }

        public class Free : IAudit
        {
            [UnitOfWork]
            public virtual void Place() => ((IAudit)this).Note();

            public virtual void Note() { }

            public void Plain() { }
        }
        """);

    [TestMethod]
    public Task Partial_classes_records_local_functions_and_primary_constructors_are_looked_at() => Verify.AsyncOf<SelfCallAnalyzer>("""
        public sealed partial class Orders(string name)
        {
            [UnitOfWork]
            public void Place()
            {
                Inner();
                void Inner() => {|TXA001:Audit()|};
            }
        }

        public sealed partial class Orders
        {
            [NewContext]
            public void Audit() => Console.WriteLine(name);
        }

        public sealed record Step
        {
            [UnitOfWork]
            public void Go() => {|TXA001:Audit()|};

            [NewContext]
            public void Audit() { }
        }
        """);
}
