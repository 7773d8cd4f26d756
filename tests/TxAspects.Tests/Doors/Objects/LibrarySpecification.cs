using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>What suites about the objects of an undone call have in common.</summary>
public abstract class LibrarySpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    private DbConnect<LibraryContext>? _library;

    /// <summary>Ways in which work can be undone by itself.</summary>
    public enum Undo
    {
        Nested,
        Savepoint,
        Atomic,
        SynchronousNested,
        SynchronousSavepoint,
    }

    public static IEnumerable<object[]> Ways => Enum.GetValues<Undo>().Select(way => new object[] { way });

    /// <summary>Ways that leave the transaction of the unit open.</summary>
    public static IEnumerable<object[]> WaysInside => Ways.Where(row => (Undo)row[0] is not Undo.Atomic);

    protected DbConnect<LibraryContext> Library => _library!;

    [TestInitialize]
    public async Task CreateLibraryAsync()
    {
        await Master.ExecuteAsync(LibraryContext.Schema);
        _library = Keep(new DbConnect<LibraryContext>(OptionsFor<LibraryContext>()));
    }

    /// <summary>Runs a body whose work is undone, and lets nobody know.</summary>
    protected async Task UndoneAsync(Undo way, Action<LibraryContext> body)
    {
        switch (way)
        {
            case Undo.Nested:
                await Assert.ThrowsExactlyAsync<UnitFailure>(
                    () => Units.NestedAsync(async () => Fail(body, await Tx.SessionAsync(Library))));
                break;
            case Undo.SynchronousNested:
                Assert.ThrowsExactly<UnitFailure>(() => Units.Nested(() => Fail(body, Tx.Session(Library))));
                break;
            case Undo.SynchronousSavepoint:
                Assert.ThrowsExactly<UnitFailure>(() => Tx.Atomic(Library, db => Fail(body, db), WhenInTransaction.Savepoint));
                break;
            default:
                await Assert.ThrowsExactlyAsync<UnitFailure>(() => Tx.AtomicAsync(
                    Library,
                    db =>
                    {
                        Fail(body, db);
                        return Task.CompletedTask;
                    },
                    way is Undo.Savepoint ? WhenInTransaction.Savepoint : WhenInTransaction.Commit));
                break;
        }
    }

    protected static Task<Author> AnnAsync(LibraryContext db)
        => db.Authors.Include(author => author.Books).ThenInclude(book => book.Tags).OrderBy(author => author.Id).FirstAsync();

    protected Task<string> AuthorsAsync()
        => Master.ScalarAsync<string>(
            "SELECT coalesce(string_agg(name || '/' || city || '/' || income, ',' ORDER BY id), '') FROM authors");

    protected Task<string> BooksAsync()
        => Master.ScalarAsync<string>("SELECT coalesce(string_agg(title || '/' || coalesce(author_id::text, '-'), ',' ORDER BY id), '') " +
                                      "FROM books");

    protected Task<string> TagsAsync()
        => Master.ScalarAsync<string>("SELECT coalesce(string_agg(book_id || '-' || tag_id, ',' ORDER BY book_id, tag_id), '') FROM " +
                                      "book_tags");

    private static void Fail(Action<LibraryContext> body, LibraryContext db)
    {
        body(db);
        throw new UnitFailure();
    }
}
