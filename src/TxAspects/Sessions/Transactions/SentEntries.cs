using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace TxAspects.Sessions.Transactions;

/// <summary>
/// Entries that user code has sent with <c>SaveChanges(acceptAllChangesOnSuccess: false)</c>, and that its tracker still takes for unsaved.
/// Before the library saves by itself they are accepted as they were sent, so that no row is written twice; what was changed in them since
/// is saved.
/// </summary>
internal sealed class SentEntries
{
    private readonly List<(EntityEntry Entry, EntityState State, PropertyValues? Sent)> _sent = [];

    public void Add(ChangeTracker tracker)
    {
        _sent.Clear();
        foreach (var entry in tracker.Entries()
            .Where(entry => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted))
            _sent.Add((entry, entry.State, entry.State is EntityState.Deleted ? null : entry.CurrentValues.Clone()));
    }

    public void Forget() => _sent.Clear();

    public void Accept()
    {
        foreach (var (entry, state, sent) in _sent)
        {
            // Whoever has accepted it, saved it again or given it up has left another state behind.
            if (entry.State != state)
                continue;

            if (sent is null)
            {
                entry.State = EntityState.Detached;
                continue;
            }

            Accept(entry, sent);
        }

        _sent.Clear();
    }

    private static void Accept(EntityEntry entry, PropertyValues sent)
    {
        // What the database has generated waits beside the object until the entry is accepted.
        var now = entry.CurrentValues.Clone();
        entry.CurrentValues.SetValues(now);
        var wasAdded = entry.State is EntityState.Added;

        // EF Core takes a modified entry that becomes unchanged back to its original values, so these come first.
        if (!wasAdded)
            entry.OriginalValues.SetValues(sent);
        entry.State = EntityState.Unchanged;
        foreach (var property in sent.Properties.Where(property => wasAdded && !property.IsKey()))
            entry.OriginalValues[property] = sent[property];
        entry.CurrentValues.SetValues(now);
    }
}
