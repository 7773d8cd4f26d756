using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>
/// After a nested call or block was undone, the objects of its caller are right: what it did not touch is as before, what it touched has
/// the values of the database again, and a change that the caller makes then is saved.
/// </summary>
public abstract class ObjectsAfterUndoSpecification<TEntry> : LibrarySpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Untouched_object_stays_tracked_and_its_later_change_is_saved(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            await UndoneAsync(way, _ => { db.Add(new Author { Name = "Cid" }); db.SaveChanges(); });
            Assert.AreEqual(EntityState.Unchanged, db.Entry(ann).State);
            ann.Name = "Anna";
        });

        Assert.AreEqual("Anna/Oslo/10,Bob/Rome/20", await AuthorsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Object_that_was_changed_and_saved_has_its_values_back(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            var version = ann.Version;
            await UndoneAsync(way, _ =>
            {
                (ann.Name, ann.Address.City, ann.Income.Amount) = ("X", "Y", 99);
                db.SaveChanges();
                ann.Name = "XX";
                db.SaveChanges();
                ann.Name = "XXX";
            });
            Assert.AreEqual("Ann/Oslo/10", $"{ann.Name}/{ann.Address.City}/{ann.Income.Amount}");
            Assert.AreEqual(version, ann.Version);
            Assert.AreEqual(EntityState.Unchanged, db.Entry(ann).State);
            Assert.IsFalse(db.ChangeTracker.HasChanges());
            ann.Income.Amount = 11;
            ann.Address.City = "Bergen";
        });

        Assert.AreEqual("Ann/Bergen/11,Bob/Rome/20", await AuthorsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Change_inside_that_was_never_saved_is_taken_back(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            await UndoneAsync(way, _ =>
            {
                ann.Name = "X";
                ann.Address.City = "Y";
                ann.Income.Amount = 99;
                ann.Books.RemoveAt(0);
            });
            Assert.AreEqual("Ann/Oslo/10", $"{ann.Name}/{ann.Address.City}/{ann.Income.Amount}");
            Assert.HasCount(2, ann.Books);
            Assert.IsFalse(db.ChangeTracker.HasChanges());
        });

        Assert.AreEqual("Ann/Oslo/10,Bob/Rome/20", await AuthorsAsync());
        Assert.AreEqual("one/1,two/1,three/2", await BooksAsync());
    }

    [TestMethod]
    [DynamicData(nameof(WaysInside))]
    public async Task Change_that_the_caller_had_made_before_is_kept(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            ann.Name = "Anna";
            ann.Address.City = "Bergen";
            var added = new Author { Name = "Cid" };
            db.Add(added);
            await UndoneAsync(way, _ =>
            {
                (ann.Name, added.Name) = ("X", "X");
                db.SaveChanges();
            });
            Assert.AreEqual("Anna/Bergen,Cid", $"{ann.Name}/{ann.Address.City},{added.Name}");
            added.Income.Amount = 30;
        });

        Assert.AreEqual("Anna/Bergen/10,Bob/Rome/20,Cid//30", await AuthorsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Deleted_object_comes_back_with_its_relations(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            var book = ann.Books.Single(one => one.Title == "one");
            await UndoneAsync(way, _ =>
            {
                db.Remove(book);
                db.SaveChanges();
            });
            Assert.AreEqual(EntityState.Unchanged, db.Entry(book).State);
            CollectionAssert.Contains(ann.Books, book);
            Assert.AreSame(ann, book.Author);
            Assert.HasCount(1, book.Tags);
            Assert.IsFalse(db.ChangeTracker.HasChanges());
            book.Title = "uno";
        });

        Assert.AreEqual("uno/1,two/1,three/2", await BooksAsync());
        Assert.AreEqual("1-1", await TagsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Object_that_was_deleted_and_not_saved_comes_back(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            await UndoneAsync(way, _ => db.RemoveRange(ann.Books));
            Assert.IsTrue(db.ChangeTracker.Entries<Book>().All(entry => entry.State is EntityState.Unchanged));
            Assert.HasCount(2, ann.Books);
        });

        Assert.AreEqual("one/1,two/1,three/2", await BooksAsync());
        Assert.AreEqual("1-1", await TagsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Added_object_is_detached_leaves_the_collections_and_may_be_added_again(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            var book = new Book { Title = "new" };
            await UndoneAsync(way, _ =>
            {
                ann.Books.Add(book);
                db.SaveChanges();
            });
            Assert.AreEqual(EntityState.Detached, db.Entry(book).State);
            Assert.AreEqual(0, book.Id);
            Assert.HasCount(2, ann.Books);
            Assert.IsFalse(db.ChangeTracker.HasChanges());
            ann.Books.Add(book);
        });

        Assert.AreEqual("one/1,two/1,three/2,new/1", await BooksAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Added_object_that_was_never_saved_is_detached_too(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            await UndoneAsync(way, _ => ann.Books.Add(new Book { Title = "new" }));
            Assert.HasCount(2, ann.Books);
            Assert.IsFalse(db.ChangeTracker.HasChanges());
        });

        Assert.AreEqual("one/1,two/1,three/2", await BooksAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Object_that_was_added_and_deleted_inside_is_gone(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            await db.Authors.CountAsync();
            var author = new Author { Name = "Cid" };
            await UndoneAsync(way, _ =>
            {
                db.Add(author);
                db.SaveChanges();
                db.Remove(author);
                db.SaveChanges();
            });
            Assert.AreEqual(0, author.Id);
            db.Add(author);
        });

        Assert.AreEqual("Ann/Oslo/10,Bob/Rome/20,Cid//0", await AuthorsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Object_that_was_loaded_inside_is_detached_and_comes_back_by_a_query(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            Author? bob = null;
            await UndoneAsync(way, _ =>
            {
                bob = db.Authors.Single(author => author.Name == "Bob");
                bob.Name = "X";
                db.SaveChanges();
            });
            Assert.AreEqual(EntityState.Detached, db.Entry(bob!).State);
            Assert.AreEqual(EntityState.Unchanged, db.Entry(ann).State);
            var again = await db.Authors.SingleAsync(author => author.Id == bob!.Id);
            Assert.AreEqual("Bob", again.Name);
            again.Name = "Bobby";
        });

        Assert.AreEqual("Ann/Oslo/10,Bobby/Rome/20", await AuthorsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Reference_that_was_changed_inside_points_back(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            var bob = await db.Authors.SingleAsync(author => author.Name == "Bob");
            var book = ann.Books.Single(one => one.Title == "one");
            await UndoneAsync(way, _ =>
            {
                book.Author = bob;
                db.SaveChanges();
            });
            Assert.AreSame(ann, book.Author);
            CollectionAssert.Contains(ann.Books, book);
            CollectionAssert.DoesNotContain(bob.Books, book);
            Assert.AreEqual(ann.Id, db.Entry(book).Property<int?>("AuthorId").CurrentValue);
            Assert.IsFalse(db.ChangeTracker.HasChanges());
            book.Title = "uno";
        });

        Assert.AreEqual("uno/1,two/1,three/2", await BooksAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Reference_that_was_cleared_or_led_to_a_new_object_points_back(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            var (first, second) = (ann.Books[0], ann.Books[1]);
            await UndoneAsync(way, _ =>
            {
                first.Author = null;
                second.Author = new Author { Name = "Cid" };
                db.SaveChanges();
            });
            Assert.AreSame(ann, first.Author);
            Assert.AreSame(ann, second.Author);
            Assert.HasCount(2, ann.Books);
            Assert.IsFalse(db.ChangeTracker.HasChanges());
        });

        Assert.AreEqual("one/1,two/1,three/2", await BooksAsync());
        Assert.AreEqual("Ann/Oslo/10,Bob/Rome/20", await AuthorsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Many_to_many_links_are_as_before(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            var blue = await db.Tags.SingleAsync(tag => tag.Name == "blue");
            var book = ann.Books.Single(one => one.Title == "one");
            await UndoneAsync(way, _ =>
            {
                book.Tags.Clear();
                book.Tags.Add(blue);
                db.SaveChanges();
            });
            Assert.AreEqual("red", string.Join(",", book.Tags.Select(tag => tag.Name)));
            Assert.IsEmpty(blue.Books);
            Assert.IsFalse(db.ChangeTracker.HasChanges());
            book.Tags.Add(blue);
        });

        Assert.AreEqual("1-1,1-2", await TagsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Object_with_a_shadow_key_is_put_back_and_one_that_was_added_may_be_added_again(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var first = await db.Remarks.SingleAsync();
            var added = new Remark { Text = "second" };
            await UndoneAsync(way, _ =>
            {
                first.Text = "X";
                db.Add(added);
                db.SaveChanges();
            });
            Assert.AreEqual("first", first.Text);
            Assert.AreEqual(EntityState.Detached, db.Entry(added).State);
            first.Text = "changed";
            db.Add(added);
        });

        Assert.AreEqual("changed,second", await Master.ScalarAsync<string>("SELECT string_agg(text, ',' ORDER BY id) FROM remarks"));
    }

    [TestMethod]
    [DynamicData(nameof(WaysInside))]
    public async Task Inner_call_that_is_kept_is_undone_with_the_one_around_it(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            await UndoneAsync(way, _ =>
            {
                ann.Name = "X";
                db.SaveChanges();
                Units.Nested(() =>
                {
                    ann.Name = "Y";
                    ann.Books.Add(new Book { Title = "new" });
                    db.SaveChanges();
                });
                Assert.AreEqual("Y", ann.Name);
                Assert.HasCount(3, ann.Books);
            });
            Assert.AreEqual("Ann", ann.Name);
            Assert.HasCount(2, ann.Books);
            Assert.IsFalse(db.ChangeTracker.HasChanges());
            ann.Name = "Anna";
        });

        Assert.AreEqual("Anna/Oslo/10,Bob/Rome/20", await AuthorsAsync());
        Assert.AreEqual("one/1,two/1,three/2", await BooksAsync());
    }

    [TestMethod]
    [DynamicData(nameof(WaysInside))]
    public async Task Inner_call_that_is_undone_leaves_the_changes_of_the_one_around_it(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            await Units.NestedAsync(async () =>
            {
                ann.Name = "Anna";
                ann.Books.Add(new Book { Title = "kept" });
                await UndoneAsync(way, _ =>
                {
                    ann.Name = "X";
                    ann.Books.Add(new Book { Title = "undone" });
                    db.SaveChanges();
                });
                Assert.AreEqual("Anna", ann.Name);
                Assert.HasCount(3, ann.Books);
            });
            ann.Income.Amount = 11;
        });

        Assert.AreEqual("Anna/Oslo/11,Bob/Rome/20", await AuthorsAsync());
        Assert.AreEqual("one/1,two/1,three/2,kept/1", await BooksAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Failures_one_after_the_other_lose_nothing_of_the_callers_count(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            for (var time = 1; time <= 3; time++)
            {
                await UndoneAsync(way, _ => { db.Add(new Author { Name = "X" }); db.SaveChanges(); });
                ann.Income.Amount++;
            }

            ann.Name = "Anna";
        });

        Assert.AreEqual("Anna/Oslo/13,Bob/Rome/20", await AuthorsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Save_that_failed_inside_and_left_its_objects_pending_leaves_none(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            await UndoneAsync(way, _ =>
            {
                ann.Name = "X";
                db.Add(new Author { Id = 2, Name = "there is one" });
                Assert.ThrowsExactly<DbUpdateException>(() => db.SaveChanges());
            });
            Assert.AreEqual("Ann", ann.Name);
            Assert.IsFalse(db.ChangeTracker.HasChanges());
            ann.Name = "Anna";
        });

        Assert.AreEqual("Anna/Oslo/10,Bob/Rome/20", await AuthorsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Owned_object_that_was_replaced_is_back(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            await UndoneAsync(way, _ =>
            {
                ann.Address = new Address { City = "Y" };
                ann.Income = new Income { Amount = 99 };
                db.SaveChanges();
            });
            Assert.AreEqual("Oslo/10", $"{ann.Address.City}/{ann.Income.Amount}");
            Assert.IsFalse(db.ChangeTracker.HasChanges());
            ann.Address.City = "Bergen";
        });

        Assert.AreEqual("Ann/Bergen/10,Bob/Rome/20", await AuthorsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Tracker_that_was_cleared_inside_leaves_objects_that_may_be_attached_again(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            await UndoneAsync(way, _ =>
            {
                ann.Name = "X";
                db.SaveChanges();
                db.ChangeTracker.Clear();
            });

            // Nobody knows any more what it was, so a save that reaches it must not write what is not so.
            var again = await db.Authors.SingleAsync(author => author.Id == ann.Id);
            Assert.AreEqual("Ann", again.Name);
            again.Name = "Anna";
        });

        Assert.AreEqual("Anna/Oslo/10,Bob/Rome/20", await AuthorsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Object_that_was_detached_inside_is_tracked_again(Undo way)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Library);
            var ann = await AnnAsync(db);
            await UndoneAsync(way, _ =>
            {
                ann.Name = "X";
                db.SaveChanges();
                db.Entry(ann).State = EntityState.Detached;
            });
            ann.Name = "Anna";
        });

        Assert.AreEqual("Anna/Oslo/10,Bob/Rome/20", await AuthorsAsync());
    }
}

[TestClass]
public sealed class ObjectsAfterUndoOnInterfaceProxyTests : ObjectsAfterUndoSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class ObjectsAfterUndoOnClassProxyTests : ObjectsAfterUndoSpecification<ClassProxyEntry>;

[TestClass]
public sealed class ObjectsAfterUndoOnCallTests : ObjectsAfterUndoSpecification<CallEntry>;
